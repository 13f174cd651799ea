import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import { memoryCache } from '../../functions/idempotency/entries/cache.ts';
import {
  dynamoDBStore,
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  type IdempotencyStore,
  type IdempotentContext,
  idempotencyKey,
  issueToken,
  singleUseToken,
} from '../../functions/idempotency/entries/main.ts';
import { barrier } from '../support/barrier.ts';
import { manualClock } from '../support/clock.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

const keyed = (key = 'k-1', body: unknown = { amount: 100 }) =>
  httpApiEvent({ headers: { 'idempotency-key': key }, body });

/** Passes every verb on to a store, and notes its name. */
const recording = (store: IdempotencyStore) => {
  const calls: string[] = [];
  const recorded = Object.fromEntries(
    (['claim', 'read', 'complete', 'release', 'undo', 'resolve', 'issue', 'consume'] as const).map((verb) => [
      verb,
      (request: never, signal: never) => {
        calls.push(verb);
        return store[verb](request, signal);
      },
    ]),
  ) as unknown as IdempotencyStore;
  return { calls, store: recorded };
};

onEachEngine((database) => {
  const protect = async (run: () => unknown, options: IdempotencyKeyOptions = {}) => {
    const { calls, store } = recording(
      dynamoDBStore({ tableName: await database.createTable(), client: database.client }),
    );
    const events: IdempotencyEvent[] = [];
    let runs = 0;
    const handler = middy(async (_event: unknown, _context: IdempotentContext) => {
      runs += 1;
      return run();
    }).use(idempotencyKey({ tellRetention: false, store, onEvent: (event) => events.push(event), ...options }));
    const call = (event: unknown = keyed(), context = lambdaContext()) =>
      handler(event, context as IdempotentContext) as Promise<Answer>;
    const verbs = () => calls.splice(0);
    return { call, verbs, runs: () => runs, events: () => events.map(({ type }) => type) };
  };

  const created = { statusCode: 201, body: 'made' };
  const replayed = { ...created, headers: { 'idempotent-replayed': 'true' } };

  describe('wait', () => {
    it('G1: gives duplicates the answer of the one that is running', async () => {
      const { opened, open } = barrier();
      const { call, runs } = await protect(() => opened.then(() => created), { wait: { upToMs: 5000 } });
      const calls = Array.from({ length: 10 }, () => call());
      await expect.poll(runs).toBe(1);
      setTimeout(open, 200);
      const answers = await Promise.all(calls);
      expect(answers.filter(({ headers }) => headers)).toEqual(Array(9).fill(replayed));
      expect(runs()).toBe(1);
    });

    it('lets a duplicate run as soon as the one that is running fails', async () => {
      const { opened, open } = barrier();
      const { call, runs } = await protect(() => (runs() === 1 ? opened.then(() => ({ statusCode: 500 })) : created), {
        wait: { upToMs: 5000 },
      });
      const first = call();
      await expect.poll(runs).toBe(1);
      const second = call();
      open();
      expect(await first).toEqual({ statusCode: 500 });
      expect(await second).toEqual(created);
    });

    it('takes over from one that is silent when its lease ends', async () => {
      const silent = barrier();
      const { call, runs } = await protect(() => (runs() === 1 ? silent.opened : created), { wait: { upToMs: 5000 } });
      const shortLived = lambdaContext({ getRemainingTimeInMillis: () => 1000 });
      const first = expect(call(keyed(), shortLived)).rejects.toThrow('aborted');
      await expect.poll(runs).toBe(1);
      expect(await call()).toEqual(created);
      silent.open();
      await first;
    });

    it('ends in 409 when the time is up, its own or the invocation’s', async () => {
      const { opened, open } = barrier();
      const { call, runs, verbs } = await protect(() => opened, { wait: { upToMs: 100 } });
      const first = call();
      await expect.poll(runs).toBe(1);
      verbs();
      expect(await call()).toMatchObject({ statusCode: 409 });
      expect(verbs()).toEqual(expect.arrayContaining(['claim', 'read']));
      expect(await call(keyed(), lambdaContext({ getRemainingTimeInMillis: () => 250 }))).toMatchObject({
        statusCode: 409,
      });
      expect(verbs()).toEqual(['claim']);
      open();
      await first;
    });

    it('is not for another payload, nor for an operation that nobody runs', async () => {
      const { opened, open } = barrier();
      const { call, runs, verbs } = await protect(() => opened, { wait: { upToMs: 60_000 } });
      const first = call();
      await expect.poll(runs).toBe(1);
      verbs();
      expect(await call(keyed('k-1', { amount: 1 }))).toMatchObject({ statusCode: 422 });
      open();
      await first;
      verbs();
      await call();
      expect(verbs()).toEqual(['claim']);
    });
  });

  describe('readFirst', () => {
    it('replays after one read, without a claim', async () => {
      const { call, verbs, runs } = await protect(() => created, { readFirst: true });
      await call();
      expect(verbs()).toEqual(['read', 'claim', 'complete']);
      expect(await call()).toEqual(replayed);
      expect(verbs()).toEqual(['read']);
      expect(await call(keyed('k-1', { amount: 1 }))).toMatchObject({ statusCode: 422 });
      expect(runs()).toBe(1);
    });
  });

  describe('cache', () => {
    it('replays without a round trip what this environment has completed or replayed', async () => {
      const cache = memoryCache({ maxBytes: 100_000 });
      const { call, verbs, runs } = await protect(() => created, { cache });
      await call();
      verbs();
      expect(await call()).toEqual(replayed);
      expect(await call(keyed('k-1', { amount: 1 }))).toMatchObject({ statusCode: 422 });
      expect(verbs()).toEqual([]);
      expect(runs()).toBe(1);
    });

    it('G45: never hands out what a caller can edit for the next', async () => {
      const { call } = await protect(() => ({ ...created, headers: { etag: 'x' } }), {
        cache: memoryCache({ maxBytes: 100_000 }),
      });
      await call();
      const { headers = {} } = await call();
      headers['etag'] = 'edited';
      expect(await call()).toMatchObject({ headers: { etag: 'x' } });
    });

    it('forgets what has expired, and what doesn’t fit', async () => {
      const clock = manualClock();
      const { call, verbs, runs } = await protect(() => ({ statusCode: 200, body: `${Math.random()}` }), {
        cache: memoryCache({ maxBytes: 700 }),
        retentionSeconds: 60,
        now: clock.now,
      });
      await call(keyed('a'));
      await call(keyed('b'));
      verbs();
      await call(keyed('b'));
      expect(verbs()).toEqual([]);
      await call(keyed('a'));
      expect(verbs()).toEqual(['claim']);
      clock.advance(61_000);
      await call(keyed('a'));
      expect(verbs()).toEqual(['claim', 'complete']);
      expect(runs()).toBe(3);
    });

    it('is refused without a size', () => {
      expect(() => memoryCache({} as never)).toThrow('`maxBytes` is missing');
      expect(() => memoryCache({ maxBytes: -1 })).toThrow('`maxBytes` must be a whole number from 1');
    });
  });

  describe('keepErrors', () => {
    class Declined extends Error {
      override readonly name = 'Declined';
      readonly statusCode = 402;
      readonly reason = { code: 51 };
    }

    it('remembers the chosen errors, and throws them again', async () => {
      const { call, runs, events } = await protect(
        () => {
          throw new Declined('insufficient funds');
        },
        { keepErrors: (error) => error instanceof Declined },
      );
      await expect(call()).rejects.toBeInstanceOf(Declined);
      await expect(call()).rejects.toMatchObject({
        name: 'Declined',
        message: 'insufficient funds',
        statusCode: 402,
        reason: { code: 51 },
      });
      expect(runs()).toBe(1);
      expect(events()).toEqual(['claimed', 'completed', 'replayed']);
    });

    it('remembers thrown values that are no errors', async () => {
      const { call, runs } = await protect(() => Promise.reject({ declined: true }), { keepErrors: () => true });
      await expect(call()).rejects.toEqual({ declined: true });
      await expect(call()).rejects.toEqual({ declined: true });
      expect(runs()).toBe(1);
    });

    it('frees the operation after all others', async () => {
      const { call, runs } = await protect(
        () => {
          throw new TypeError('bug');
        },
        { keepErrors: (error) => error instanceof Declined },
      );
      await expect(call()).rejects.toThrow(TypeError);
      await expect(call()).rejects.toThrow(TypeError);
      expect(runs()).toBe(2);
    });
  });

  describe('storeResponse', () => {
    it('decides which responses are final', async () => {
      const { call, runs } = await protect(() => ({ statusCode: runs() === 1 ? 400 : 500 }), {
        storeResponse: (response) => (response as Answer).statusCode !== 400,
      });
      expect(await call()).toEqual({ statusCode: 400 });
      expect(await call()).toEqual({ statusCode: 500 });
      expect(await call()).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
      expect(runs()).toBe(2);
    });
  });

  describe('onStoreUnavailable: run', () => {
    it('runs the handler unprotected, with all that its context promises', async () => {
      const down = dynamoDBStore({ tableName: 'no-such-table', client: database.client });
      const handler = middy(async (_event: unknown, { idempotency }: IdempotentContext) => ({
        statusCode: 200,
        body: `${idempotency.attempt} ${idempotency.key}`,
      })).use(
        idempotencyKey({ tellRetention: false, store: down, onStoreUnavailable: 'run', onEvent: () => undefined }),
      );
      expect(await handler(keyed(), lambdaContext() as IdempotentContext)).toEqual({ statusCode: 200, body: '1 k-1' });
    });

    it('does not exist for tokens: one that can’t be checked is none', () => {
      const options = { retainResult: true, onStoreUnavailable: 'run', store: dynamoDBStore({ tableName: 't' }) };
      expect(() => singleUseToken(options as never)).toThrow('unknown option `onStoreUnavailable`');
    });
  });

  it('apply to retained tokens as well', async () => {
    const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client });
    let runs = 0;
    const handler = middy(async () => {
      runs += 1;
      throw new Error('final');
    }).use(
      singleUseToken({
        store,
        retainResult: true,
        tellRetention: false,
        keepErrors: () => true,
        readFirst: true,
        wait: { upToMs: 10 },
      }),
    );
    const token = await issueToken(store, { scope: 'anonymous' });
    const event = httpApiEvent({ headers: { token } });
    await expect(handler(event, lambdaContext() as never)).rejects.toThrow('final');
    await expect(handler(event, lambdaContext() as never)).rejects.toThrow('final');
    expect(runs).toBe(1);
  });
});
