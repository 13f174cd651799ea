import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import { afterTurns } from '../../functions/idempotency/base/after-turns.ts';
import * as lean from '../../functions/idempotency/entries/lean.ts';
import * as main from '../../functions/idempotency/entries/main.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { credentials, getInput, leanAt, ok, type Reply, region, startServer } from './lean/harness.ts';

/** As when the process gets no processor: nothing of it runs, and the kernel takes what comes. */
const block = (ms: number): void => {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
};

/** The server shares the process, and its clock stands still with it. */
const blockedThenLate: Reply = async (response, request) => {
  block(400);
  await new Promise((resolve) => setTimeout(resolve, 50));
  return ok(response, request);
};

describe('a wait of so many turns', () => {
  it('ends when the time is up', async () => {
    const startMs = performance.now();
    await new Promise<void>((resolve) => afterTurns(100, resolve));
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(95);
  });

  it('does not count the time in which the process did not run', async () => {
    let turns = 0;
    const counter = setInterval(() => {
      turns += 1;
    }, 10);
    const ended = new Promise<void>((resolve) => afterTurns(100, resolve));
    block(300);
    await ended;
    clearInterval(counter);
    expect(turns).toBeGreaterThanOrEqual(9);
  });

  it('can be stopped until the end', async () => {
    let acted = false;
    const stop = afterTurns(20, () => {
      acted = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    stop();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(acted).toBe(false);
  });
});

describe('a process that did not get to run', () => {
  it('G295: does not take its lean client’s limits for the database’s silence', async () => {
    for (const limits of [
      { connectionTimeoutMs: 1000, requestTimeoutMs: 150 },
      { connectionTimeoutMs: 50, requestTimeoutMs: 200 },
    ]) {
      const { endpoint, requests } = await startServer(blockedThenLate);
      const answer = await leanAt(endpoint, { ...limits, maxAttempts: 1 }).getItem(getInput);
      expect(answer).toMatchObject({ $metadata: { httpStatusCode: 200 } });
      expect(requests).toHaveLength(1);
    }
  });

  const busyFor =
    (ms: number): Reply =>
    (response, request) => {
      ok(response, request);
      block(ms);
    };
  const stores = {
    'the lean client': (endpoint: string) => lean.dynamoDBStore({ tableName: 'records', client: leanAt(endpoint) }),
    'a client of the SDK': (endpoint: string) =>
      main.dynamoDBStore({
        tableName: 'records',
        client: new DynamoDBClient({ endpoint, region, credentials, requestHandler: { socketTimeout: 3000 } }),
      }),
  };

  it.each(Object.entries(stores))('G295: answers when the answer has come meanwhile, by %s', async (_client, store) => {
    const { endpoint } = await startServer(busyFor(1200), ok);
    const handler = middy(async () => ({ statusCode: 201 })).use(main.idempotencyKey({ store: store(endpoint) }));
    const event = httpApiEvent({ headers: { 'idempotency-key': crypto.randomUUID() }, body: {} });
    // Half of this is for the claim: less than the process is away.
    const context = lambdaContext({ getRemainingTimeInMillis: () => 1500 });
    expect(await handler(event as never, context as never)).toMatchObject({ statusCode: 201 });
  });
});
