import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anyEngine, openDatabase } from '../support/dynamodb.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { endingIn, inTime, keyedEvent } from './harness.ts';

// One engine will do: what is tested is what the client does when none answers.
const database = openDatabase(anyEngine());
const entries = [
  ['the SDK', () => import('../../functions/idempotency/entries/main.ts')],
  ['middy-idempotency/lean', () => import('../../functions/idempotency/entries/lean.ts')],
] as const;

/** The middleware as a Lambda function loads it: without options, everything from the environment. */
const load = async (entry: (typeof entries)[number][1]) => {
  const proxy = await startFaultProxy(database.endpoint);
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    IDEMPOTENCY_TABLE: await database.createTable(),
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { idempotencyKey } = await entry();
  let runs = 0;
  const handler = middy()
    .use(idempotencyKey({ tellRetention: false, onEvent: () => undefined }))
    .handler(async () => {
      runs += 1;
      return { statusCode: 201 };
    });
  const call = (context: ReturnType<typeof endingIn>) => inTime(handler(keyedEvent(), context as never), context);
  const many = (count: number) =>
    Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const answer = await handler(keyedEvent(`k-${index}`), endingIn(25_000) as never);
        return (answer as { statusCode: number }).statusCode;
      }),
    );
  return { proxy, call, many, runs: () => runs };
};

describe.each(entries)('the client that is there by default, of %s', (_name, entry) => {
  // One environment of Lambda has one client: each test loads the library anew.
  beforeEach(() => vi.resetModules());
  afterEach(() => vi.unstubAllEnvs());

  it('gives up on an answer that doesn’t come, and asks again on another connection', async () => {
    const { proxy, call, runs } = await load(entry);
    proxy.plan('UpdateItem', ['hang']);
    expect(await call(endingIn(20_000))).toEqual({ statusCode: 201 });
    expect(proxy.requests('UpdateItem')).toBe(3);
    expect(runs()).toBe(1);
    expect(await call(endingIn(20_000))).toMatchObject({ headers: { 'idempotent-replayed': 'true' } });
  });

  it('is 503 in time when no answer comes at all', async () => {
    const { proxy, call, runs } = await load(entry);
    proxy.planAll('hang');
    expect(await call(endingIn(1500))).toMatchObject({ statusCode: 503 });
    expect(runs()).toBe(0);
  });

  it('G150: runs a thousand operations at once on a database that answers in 100 ms, waiting for a connection is no fault of it', async () => {
    const { proxy, many } = await load(entry);
    proxy.planAll(async () => {
      await sleep(100);
      return 'pass';
    });
    const answers = await many(1000);
    expect(answers.filter((answer) => answer !== 201)).toEqual([]);
  });

  it('G150: takes a process that did not get to run for 4 s for no dead database', async () => {
    const { call, runs } = await load(entry);
    const answer = call(endingIn(20_000));
    await sleep(20);
    const untilMs = Date.now() + 4000;
    while (Date.now() < untilMs);
    expect(await answer).toEqual({ statusCode: 201 });
    expect(runs()).toBe(1);
  });
});
