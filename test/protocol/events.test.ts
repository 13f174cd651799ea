import middy from '@middy/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  idempotencyKey,
  StoreError,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { manualClock } from '../support/clock.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const warnings: string[] = [];

beforeEach(() => {
  warnings.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((...line) => warnings.push(...line));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const event = (key = 'key-of-a-customer', card = '4111') =>
  httpApiEvent({ headers: { 'idempotency-key': key }, body: { card } }) as never;

const start = (run: (...args: never) => unknown, options: IdempotencyKeyOptions = {}) => {
  const events: IdempotencyEvent[] = [];
  const handler = middy(run as () => Promise<unknown>).use(
    idempotencyKey({
      store: memoryStore(),
      namespace: 'pay',
      onEvent: (happened) => events.push(happened),
      ...options,
    }),
  );
  return { events, call: (asked = event()) => handler(asked, lambdaContext() as never).catch(() => undefined) };
};

const down = () =>
  Promise.reject(new StoreError('down', { retryable: false, cause: new Error('ECONNREFUSED', { cause: 'socket' }) }));

it('G192: an event says which operation, invocation and attempt it is about, and how long handler and store took', async () => {
  const { events, call } = start(async () => ({ statusCode: 201 }));
  await call();
  const about = {
    severity: 'normal',
    id: expect.stringMatching(/^pay#/),
    namespace: 'pay',
    owner: expect.any(String),
    requestId: expect.any(String),
    attempt: 1,
    storeMs: expect.any(Number),
  };
  expect(events).toEqual([
    { type: 'claimed', ...about },
    { type: 'completed', ...about, handlerMs: expect.any(Number) },
  ]);
  expect(new Set(events.map(({ owner }) => owner)).size).toBe(1);
});

it('G192: a takeover says whose claim it took over', async () => {
  const clock = manualClock();
  const runs = [() => new Promise(() => undefined), async () => ({ statusCode: 201 })];
  const { events, call } = start(() => runs.shift()?.(), { now: clock.now, leaseMs: 60_000 });
  void call();
  await new Promise((next) => setImmediate(next));
  clock.advance(60_001);
  await call();
  const [silent, takeover] = events;
  expect(takeover).toMatchObject({
    type: 'claimed',
    attempt: 2,
    previous: 'crashed',
    tookOver: { owner: silent?.owner, requestId: silent?.requestId, claimedAtMs: clock.now() - 60_001 },
  });
});

it('G192: its key is there for whoever asks, and in no log that takes the whole event', async () => {
  const { events, call } = start(async () => ({ statusCode: 201 }));
  await call();
  const [claimed] = events;
  expect(claimed?.key).toBe('key-of-a-customer');
  expect(JSON.stringify({ ...claimed })).not.toContain('key-of-a-customer');
  expect(JSON.stringify(claimed)).not.toContain('key-of-a-customer');
});

it('G191: trouble is one line of JSON in the log, beside `onEvent`, without key, payload or caller', async () => {
  const { events, call } = start(() => undefined, { store: { ...memoryStore(), claim: down } });
  await call();
  expect(events).toHaveLength(1);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).not.toMatch(/\n|key-of-a-customer|4111/);
  expect(JSON.parse(warnings[0] ?? '')).toEqual({
    level: 'WARN',
    message: 'middy-idempotency: The store could not be reached, or did not answer in time.',
    type: 'store-unavailable',
    severity: 'trouble',
    id: expect.stringMatching(/^pay#/),
    namespace: 'pay',
    owner: expect.any(String),
    requestId: expect.any(String),
    storeMs: expect.any(Number),
    error: { name: 'StoreError', message: 'down', cause: { name: 'Error', message: 'ECONNREFUSED', cause: 'socket' } },
  });
});

it('what is normal is no warning, and `quiet` writes none at all', async () => {
  await start(async () => ({ statusCode: 201 })).call();
  const { events, call } = start(() => undefined, { store: { ...memoryStore(), claim: down }, quiet: true });
  await call();
  expect(events).toMatchObject([{ type: 'store-unavailable', severity: 'trouble' }]);
  expect(warnings).toEqual([]);
});

it('an error that can not be written is told by what can be', async () => {
  const circular = new Error('around');
  circular.cause = circular;
  const { call } = start(() => ({ statusCode: 201 }), {
    store: { ...memoryStore(), claim: () => Promise.reject(circular) },
  });
  await call();
  const [warning = ''] = warnings;
  expect(JSON.parse(warning)).toMatchObject({ error: { message: 'around', cause: { message: 'around' } } });
});
