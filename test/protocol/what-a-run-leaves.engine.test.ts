import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  type DynamoDBStore,
  dynamoDBStore,
  type IdempotencyEvent,
  type IdempotencyInfo,
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
  issueToken,
  makeIdempotent,
  resolve,
  singleUseToken,
  stillRunning,
} from '../../functions/idempotency/entries/main.ts';
import { onEachEngine, type TestDatabase } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body: string;
}

type Run = (info: IdempotencyInfo) => unknown;

const openStore = async (database: TestDatabase): Promise<DynamoDBStore> =>
  dynamoDBStore({ tableName: await database.createTable(), client: database.client });

/** One operation, tried again and again; each run is as it is told, and says what it was told. */
const operation = async (database: TestDatabase, options: IdempotencyKeyOptions = {}, extra: object[] = []) => {
  const store = await openStore(database);
  const events: IdempotencyEvent[] = [];
  const told: [attempt: number, previous: string | undefined][] = [];
  let lateMs = 0;
  let run: Run = () => ({ statusCode: 201 });
  const handler = middy(async (_event: unknown, { idempotency }: IdempotentContext) => {
    told.push([idempotency.attempt, idempotency.previous]);
    return run(idempotency);
  }).use(
    idempotencyKey({
      tellRetention: false,
      store,
      onEvent: (event) => events.push(event),
      now: () => Date.now() + lateMs,
      ...options,
    }),
  );
  for (const middleware of extra) handler.use(middleware as never);
  const attempt = async (how: Run, body: unknown = { amount: 5 }): Promise<Answer> => {
    run = how;
    const event = httpApiEvent({ headers: { 'idempotency-key': 'k' }, body });
    return (await handler(event, lambdaContext() as never)) as Answer;
  };
  /** A run whose process dies: nothing is written any more, and time passes. */
  const crash = async (body: unknown = { amount: 5 }): Promise<void> => {
    const context = lambdaContext({ getRemainingTimeInMillis: () => 3000 });
    run = () => new Promise(() => undefined);
    void (handler as never as (event: unknown, context: unknown) => Promise<unknown>)(
      httpApiEvent({ headers: { 'idempotency-key': 'k' }, body }),
      { ...context, getRemainingTimeInMillis: undefined },
    );
    await expect.poll(() => events.at(-1)?.type).toBe('claimed');
    lateMs += 901_000;
  };
  const pass = (ms: number): void => {
    lateMs += ms;
  };
  return { store, attempt, crash, pass, told, events: () => events.map(({ type }) => type), last: () => events.at(-1) };
};

const created: Run = () => ({ statusCode: 201, body: 'done' });
const failing: Run = () => {
  throw new RangeError('declined');
};
const codeOf = ({ body }: Answer): string => JSON.parse(body).code;

onEachEngine((database) => {
  describe('a crash', () => {
    it('G140: is told to every later run, also after clean failures, and attempts go on', async () => {
      const { attempt, crash, told } = await operation(database);
      await crash();
      await expect(attempt(failing)).rejects.toThrow('declined');
      await expect(attempt(failing)).rejects.toThrow('declined');
      expect(await attempt(created)).toMatchObject({ statusCode: 201 });
      expect(told).toEqual([
        [1, undefined],
        [2, 'crashed'],
        [3, 'crashed'],
        [4, 'crashed'],
      ]);
    });

    it('G140: keeps its payload, after a crash and a failure with 5, 5000 under the same key is refused', async () => {
      const { attempt, crash, told } = await operation(database);
      await crash({ amount: 5 });
      await expect(attempt(failing, { amount: 5 })).rejects.toThrow('declined');
      expect(codeOf(await attempt(created, { amount: 5000 }))).toBe('PAYLOAD_MISMATCH');
      expect(told).toHaveLength(2);
    });

    it('G141: under ‘reject’ is for good, it is not run after the retention, and is trouble', async () => {
      const { attempt, crash, pass, told, last } = await operation(database, {
        afterCrash: 'reject',
        retentionSeconds: 60,
      });
      await crash();
      pass(366 * 86_400_000);
      const answer = await attempt(created);
      expect([answer.statusCode, codeOf(answer), JSON.parse(answer.body).retryable]).toEqual([
        409,
        'OUTCOME_UNKNOWN',
        false,
      ]);
      expect(last()).toMatchObject({ type: 'outcome-unknown' });
      expect(told).toHaveLength(1);
    });

    it('G141: under ‘reject’ is settled by who has looked, as not done, so that it runs, or by its answer', async () => {
      for (const resolution of [{ release: true } as const, { complete: { statusCode: 201, body: 'found' } }]) {
        const { store, attempt, crash, told, last } = await operation(database, { afterCrash: 'reject' });
        await crash();
        expect(codeOf(await attempt(created))).toBe('OUTCOME_UNKNOWN');
        const id = last()?.id ?? '';
        const options = { now: () => Date.now() + 2_000_000 };
        await resolve(store, id, resolution, options);
        const answer = await attempt(created);
        if ('release' in resolution) expect(told.at(-1)).toEqual([2, 'crashed']);
        else expect(answer).toMatchObject({ body: 'found', headers: { 'idempotent-replayed': 'true' } });
        await expect(resolve(store, id, resolution, options)).rejects.toThrow('already settled');
      }
    });
  });

  describe('a failure', () => {
    it('G142: lets the next run know that it is the second, and keeps the payload', async () => {
      const { attempt, told } = await operation(database);
      await expect(attempt(failing)).rejects.toThrow('declined');
      expect(codeOf(await attempt(created, { amount: 6 }))).toBe('PAYLOAD_MISMATCH');
      expect(await attempt(created)).toMatchObject({ statusCode: 201 });
      expect(told).toEqual([
        [1, undefined],
        [2, 'failed'],
      ]);
    });

    it('G143: that says that the request was not acted upon lets a corrected request use the key', async () => {
      const { attempt, told } = await operation(database);
      expect(await attempt(() => ({ statusCode: 400, body: 'no currency' }))).toMatchObject({ statusCode: 400 });
      expect(await attempt(created, { amount: 5, currency: 'EUR' })).toMatchObject({ statusCode: 201 });
      expect(told).toEqual([
        [1, undefined],
        [2, undefined],
      ]);
    });
  });

  describe('a handler that can’t tell what came of it', () => {
    it.each(['rerun', 'reject'] as const)('G144: counts as crashed, at once (%s)', async (afterCrash) => {
      const { attempt, told, events } = await operation(database, {
        afterCrash,
        keepErrors: (error) => (error instanceof RangeError ? 'unknown' : false),
      });
      await expect(attempt(failing)).rejects.toThrow('declined');
      const answer = await attempt(created);
      if (afterCrash === 'rerun')
        expect(told).toEqual([
          [1, undefined],
          [2, 'crashed'],
        ]);
      else expect(codeOf(answer)).toBe('OUTCOME_UNKNOWN');
      expect(events()).toContain('doubted');
    });
  });

  describe('G145: a callback that fails', () => {
    it.each<[string, IdempotencyKeyOptions, string]>([
      [
        'storeResponse throws',
        {
          storeResponse: () => {
            throw new TypeError('statusCode of undefined');
          },
        },
        'storeResponse',
      ],
      ['storeResponse rejects', { storeResponse: () => Promise.reject(new TypeError('later')) }, 'storeResponse'],
      [
        'cache.set throws',
        {
          cache: {
            of: () => ({
              get: () => undefined,
              set: () => {
                throw new Error('full');
              },
            }),
          },
        },
        'cache.set',
      ],
      [
        'cache.get rejects',
        { cache: { of: () => ({ get: () => Promise.reject(new Error('down')), set: () => undefined }) } },
        'cache.get',
      ],
    ])('leaves the decision to the default: %s', async (_case, options, callback) => {
      const { attempt, told, events } = await operation(database, options);
      expect(await attempt(created)).toMatchObject({ statusCode: 201 });
      expect(await attempt(created)).toMatchObject({ headers: { 'idempotent-replayed': 'true' } });
      expect(told).toHaveLength(1);
      expect([events().includes('callback-failed'), callback]).toEqual([true, callback]);
    });

    it('keepErrors: the caller gets the handler’s error, and the key is free', async () => {
      const { attempt, told } = await operation(database, {
        keepErrors: () => {
          throw new TypeError('keepErrors');
        },
      });
      await expect(attempt(failing)).rejects.toThrow('declined');
      expect(await attempt(created)).toMatchObject({ statusCode: 201 });
      expect(told).toHaveLength(2);
    });

    it('onEvent: nothing else happens', async () => {
      const store = await openStore(database);
      const charge = makeIdempotent(async (id: string) => id, {
        name: 'charge',
        key: (id) => id,
        store,
        namespace: 'test',
        onEvent: () => Promise.reject(new Error('metrics are down')),
      });
      expect(await charge('o-1')).toBe('o-1');
      expect(await charge('o-1')).toBe('o-1');
    });

    it('an async storeResponse is awaited: false frees', async () => {
      const { attempt, told } = await operation(database, {
        storeResponse: async ({ statusCode }) => statusCode < 200,
      });
      await attempt(created);
      await attempt(created);
      expect(told.map(([number]) => number)).toEqual([1, 2]);
    });
  });

  it('a Lambda context that is frozen doesn’t keep the handler from its operation', async () => {
    const store = await openStore(database);
    const handler = middy(async (_event: unknown, { idempotency }: IdempotentContext) => idempotency.attempt).use(
      idempotencyKey({ tellRetention: false, store, key: () => 'k' }),
    );
    expect(await handler({}, Object.freeze(lambdaContext()) as never)).toBe(1);
    expect(await handler({}, Object.freeze(lambdaContext()) as never)).toBe(1);
  });

  describe('G146: a later middleware that fails after the handler has returned', () => {
    const broken = {
      after: () => {
        throw new Error('serializer');
      },
    };

    it('doesn’t make it run again: three tries, one charge', async () => {
      const { attempt, told } = await operation(database, {}, [broken]);
      await expect(attempt(created)).rejects.toThrow('serializer');
      for (let tries = 0; tries < 2; tries += 1) expect(codeOf(await attempt(created))).toBe('RESULT_UNAVAILABLE');
      expect(told).toHaveLength(1);
    });

    it('doesn’t make a failed run a finished one', async () => {
      const { attempt, told } = await operation(database, {}, [broken]);
      await expect(attempt(() => ({ statusCode: 502 }))).rejects.toThrow('serializer');
      await expect(attempt(() => ({ statusCode: 502 }))).rejects.toThrow('serializer');
      expect(told.map(([number]) => number)).toEqual([1, 2]);
    });

    it('nor a handler that threw', async () => {
      const { attempt, told } = await operation(database, {}, [{ onError: () => undefined }]);
      await expect(attempt(failing)).rejects.toThrow('declined');
      await expect(attempt(failing)).rejects.toThrow('declined');
      expect(told.map(([number]) => number)).toEqual([1, 2]);
    });
  });

  it('G147: stillRunning marks an answer of Middy’s timeout, the key holds', async () => {
    const store = await openStore(database);
    const endMs = Date.now() + 400;
    const context = () => lambdaContext({ getRemainingTimeInMillis: () => endMs - Date.now() }) as never;
    const late = Promise.withResolvers<unknown>();
    const handler = middy(() => late.promise as Promise<never>, {
      timeoutEarlyInMillis: 200,
      timeoutEarlyResponse: () => stillRunning({ statusCode: 202 }),
    }).use(idempotencyKey({ tellRetention: false, store, onEvent: () => undefined }));
    const event = httpApiEvent({ headers: { 'idempotency-key': 'k' } });
    expect(await handler(event, context())).toEqual({ statusCode: 202 });
    expect(await handler(event, context())).toMatchObject({ statusCode: 409 });
    late.resolve(undefined);
  });

  it('G149: a used token leaves nothing in the table', async () => {
    const store = await openStore(database);
    const token = await issueToken(store, { scope: 'anonymous' });
    const handler = middy(async () => ({ statusCode: 201 })).use(singleUseToken({ store }));
    const event = httpApiEvent({ headers: { token } });
    expect(await handler(event, lambdaContext() as never)).toEqual({ statusCode: 201 });
    expect(await database.items(store.tableName)).toEqual([]);
    expect(await handler(event, lambdaContext() as never)).toMatchObject({ statusCode: 409 });
  });

  it('a record says who claimed it, when and by which request, and stays below a kilobyte with a small answer', async () => {
    const { store, attempt } = await operation(database);
    await attempt(created);
    const [record = {}] = await database.items(store.tableName);
    expect(record).toMatchObject({
      claimedAt: expect.any(Number),
      requestId: expect.any(String),
      keyHash: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(JSON.stringify(record).length).toBeLessThan(700);
  });

  it('an error that is kept has what callers read of it, own or inherited; what can’t be written is left out', async () => {
    class PaymentRequired extends Error {
      get statusCode() {
        return 402;
      }
      get expose() {
        return true;
      }
    }
    const { attempt } = await operation(database, { keepErrors: () => true });
    const failure = Object.assign(new PaymentRequired('pay first', { cause: new Error('card') }), {
      issues: ['expired'],
      socket: { self: {} as unknown },
      retry: () => undefined,
    });
    failure.socket.self = failure.socket;
    const throwing = () => {
      throw failure;
    };
    await expect(attempt(throwing)).rejects.toBe(failure);
    const kept = await attempt(created).catch((error: unknown) => error);
    expect(kept).toMatchObject({
      name: 'Error',
      message: 'pay first',
      statusCode: 402,
      expose: true,
      issues: ['expired'],
    });
    expect((kept as Error).cause).toMatchObject({ message: 'card' });
    expect(kept).not.toHaveProperty('socket');
  });
});
