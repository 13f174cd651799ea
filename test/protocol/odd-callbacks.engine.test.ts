import { describe, expect, it } from 'vitest';
import {
  type CachedRecords,
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  makeIdempotent,
  type RecordCache,
  resolve,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { lambdaContext } from '../support/lambda.ts';
import { codeOf, stacked } from '../support/stacked.ts';

const created = async () => ({ statusCode: 201, body: 'done' });
const failing = async () => {
  throw new RangeError('declined');
};
const cacheOf = (records: CachedRecords): RecordCache => ({ of: () => records });
const otherRecord = { id: 'another', status: 'COMPLETED', expiresAtSeconds: Number.POSITIVE_INFINITY } as const;
const never = () => new Promise<never>(() => undefined);
const replayed = { statusCode: 201, body: 'done', headers: { 'idempotent-replayed': 'true' } };

const ending = (ms = 1500) => {
  const endMs = Date.now() + ms;
  return lambdaContext({ getRemainingTimeInMillis: () => endMs - Date.now() });
};

onEachEngine((database) => {
  describe('G151: a callback that never answers, or answers oddly', () => {
    it.each<[string, IdempotencyKeyOptions]>([
      ['storeResponse', { storeResponse: never }],
      ['cache.get', { cache: cacheOf({ get: never, set: () => undefined }) }],
      ['cache.get with another record', { cache: cacheOf({ get: () => otherRecord, set: () => undefined }) }],
      ['cache.get with a text', { cache: cacheOf({ get: () => '{}' as never, set: () => undefined }) }],
      ['cache.set', { cache: cacheOf({ get: () => undefined, set: never }) }],
      [
        'storeResponse with a thenable that throws',
        {
          storeResponse: () =>
            ({
              // biome-ignore lint/suspicious/noThenProperty: what is tested
              get then() {
                throw new TypeError('then');
              },
            }) as never,
        },
      ],
      ['storeResponse with a word that it doesn’t know', { storeResponse: () => 'unkown' as never }],
      ['storeResponse with nothing', { storeResponse: () => null as never }],
    ])('%s: the caller has its answer in time, and a repeat the same', async (_case, options) => {
      const { call, told, events } = await stacked(database, created, { options });
      const context = ending();
      expect(await call({}, context)).toEqual({ statusCode: 201, body: 'done' });
      expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
      expect(await call({}, ending())).toEqual(replayed);
      expect(told).toHaveLength(1);
      expect(events()).toContain('callback-failed');
    });

    it.each<[string, NonNullable<IdempotencyKeyOptions['keepErrors']>]>([
      ['never', never],
      ['a word that it doesn’t know', () => 'unkown' as never],
    ])('keepErrors, %s: the caller has the handler’s error, and the key is free', async (_case, keepErrors) => {
      const { call, told } = await stacked(database, failing, { options: { keepErrors } });
      await expect(call({}, ending())).rejects.toThrow('declined');
      await expect(call({}, ending())).rejects.toThrow('declined');
      expect(told).toHaveLength(2);
    });
  });

  it('G151: an onAnswer that never answers: the answer that it should have shaped', async () => {
    const { call } = await stacked(database, created, { options: { onAnswer: never } });
    expect(await call({}, ending())).toEqual({ statusCode: 201, body: 'done' });
    expect(await call({}, ending())).toEqual(replayed);
  });

  describe('G155: what can’t even be read', () => {
    const unreadable = (name: string, target: object = {}) =>
      Object.defineProperty(target, name, {
        enumerable: true,
        get: () => {
          throw new TypeError(`${name} can’t be read`);
        },
      });
    const revoked = () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    };

    it('of an answer: it is done, and doesn’t run again', async () => {
      for (const answer of [unreadable('statusCode'), unreadable('body'), { statusCode: 201, body: revoked() }]) {
        const { call, told, events } = await stacked(database, () => answer);
        await call().catch(() => undefined);
        expect(codeOf(await call())).toBe('RESULT_UNAVAILABLE');
        expect([told.length, events().includes('completed')]).toEqual([1, true]);
      }
    });

    it('of a wrapped function’s result: likewise, and its caller gets it', async () => {
      const { store } = await stacked(database, created);
      for (const [index, result] of [unreadable('x'), { inner: revoked() }].entries()) {
        let runs = 0;
        const wrapped = makeIdempotent(
          async (_id: string): Promise<object> => {
            runs += 1;
            return result;
          },
          { name: 'f', key: (id) => id, store, namespace: 'n', onEvent: () => undefined },
        );
        expect((await wrapped(`${index}`)) === result).toBe(true);
        await expect(wrapped(`${index}`)).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE' });
        expect(runs).toBe(1);
      }
    });

    it('of an error: the caller gets it, and the key is free; kept, it keeps what can be read', async () => {
      const errors = [
        ...['name', 'message', 'cause', 'code', 'stack'].map((name) => unreadable(name, new Error('declined'))),
        Object.freeze(Object.assign(new Error('declined'), { statusCode: 402 })),
        new Proxy(new Error('declined'), {
          ownKeys: () => {
            throw new TypeError('no keys');
          },
        }),
        revoked(),
      ];
      for (const keepErrors of [undefined, () => true]) {
        for (const error of errors) {
          const run = () => {
            throw error;
          };
          const { call, told } = await stacked(database, run, { options: keepErrors ? { keepErrors } : {} });
          const thrownBy = async () => {
            try {
              return { answer: await call() };
            } catch (thrown) {
              return { thrown };
            }
          };
          expect(((await thrownBy()).thrown as unknown) === error).toBe(true);
          await thrownBy();
          expect(told).toHaveLength(keepErrors ? 1 : 2);
        }
      }
    });
  });

  it('resolve refuses what isn’t one of its two words', async () => {
    const { call, store } = await stacked(database, failing, {
      options: { afterCrash: 'reject', keepErrors: () => 'unknown' },
    });
    await expect(call()).rejects.toThrow('declined');
    const [{ id } = {}] = await database.items(store.tableName);
    for (const resolution of [{ release: false }, { release: undefined }, {}, null, undefined, 'release']) {
      await expect(resolve(store, String(id), resolution as never)).rejects.toThrow(TypeError);
    }
    for (const complete of [
      { at: new Date(1) },
      [Number.NaN],
      { zero: -0 },
      new Map(),
      Array(2),
      new (class Paid {})(),
    ]) {
      await expect(resolve(store, String(id), { complete })).rejects.toThrow('the answer is not JSON');
    }
    expect(codeOf(await call())).toBe('OUTCOME_UNKNOWN');
  });
});

describe('G156: a store of one’s own that neither answers nor listens', () => {
  it.each(['claim', 'read', 'complete', 'release', 'undo'] as const)(
    '%s: the caller has its answer in time',
    async (verb) => {
      const events: IdempotencyEvent[] = [];
      const wrapped = makeIdempotent(verb === 'release' ? failing : async () => 'done', {
        name: 'f',
        key: () => 'k',
        namespace: 'n',
        store: { ...memoryStore(), [verb]: never },
        readFirst: verb === 'read',
        onEvent: (event) => events.push(event),
      });
      const context = ending(1000);
      const outcome = await (wrapped as (context: unknown) => Promise<unknown>)(context).catch(
        (error: unknown) => error,
      );
      expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
      const expected = {
        claim: { code: 'STORE_UNAVAILABLE' },
        read: { code: 'STORE_UNAVAILABLE' },
        release: { message: 'declined' },
      };
      if (verb in expected) expect(outcome).toMatchObject(expected[verb as keyof typeof expected]);
      else expect(outcome).toBe('done');
    },
  );

  it('a claim of unknown fate is undone, and runs nothing when it lands after all', async () => {
    const store = memoryStore();
    const late = Promise.withResolvers<void>();
    const landed: unknown[] = [];
    let tries = 0;
    const wrapped = makeIdempotent(async () => 'done', {
      name: 'f',
      key: () => 'k',
      namespace: 'n',
      store: {
        ...store,
        claim: async (request, signal) => {
          tries += 1;
          if (tries > 1) return store.claim(request, signal);
          await late.promise;
          landed.push(await store.claim(request));
          return never();
        },
      },
      onEvent: () => undefined,
    }) as (context: unknown) => Promise<unknown>;
    await expect(wrapped(ending(800))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    late.resolve();
    await expect.poll(() => landed).toMatchObject([{ claimed: false }]);
    expect(await wrapped(ending())).toBe('done');
  });
});
