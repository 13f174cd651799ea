import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  compareAndSwapStore,
  type Encryption,
  type IdempotencyStore,
  makeIdempotent,
  type RecordDatabase,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';

const users = ['alice', 'bob', 'carol'];

const options = { name: 'pay', namespace: 'n', leaseMs: 5000, key: (user: string) => user };

/** What each call gives, or the code of its error, called all at once. */
const allAtOnce = async <Result>(call: (user: string) => Promise<Result>): Promise<unknown[]> =>
  (await Promise.allSettled(users.map(call))).map((ended) =>
    ended.status === 'fulfilled' ? ended.value : (ended.reason.code ?? ended.reason),
  );

const oneByOne = async <Result>(call: (user: string) => Promise<Result>): Promise<Result[]> => {
  const results: Result[] = [];
  for (const user of users) results.push(await call(user));
  return results;
};

/** A function that always gives the same memory, filled anew. */
const sameMemory = (bytes: number): ((data: Uint8Array) => Uint8Array) => {
  const memory = Buffer.alloc(bytes);
  return (data) => {
    memory.set(data);
    return memory.subarray(0, data.length);
  };
};

describe('G322: calls at the same time, of a callback that returns the same object each time', () => {
  it('toStore', async () => {
    const kept = { user: '' };
    const once = makeIdempotent(async (user: string) => ({ user }), {
      ...options,
      store: memoryStore(),
      toStore: ({ user }) => Object.assign(kept, { user: `kept of ${user}` }),
    });
    await allAtOnce(once);
    expect(await oneByOne(once)).toEqual(users.map((user) => ({ user: `kept of ${user}` })));
  });

  it('open', async () => {
    const once = makeIdempotent(async (user: string) => `paid ${user}`, {
      ...options,
      store: memoryStore(),
      encryption: { seal: (bytes) => bytes, open: sameMemory(1000) },
    });
    await allAtOnce(once);
    expect(await allAtOnce(once)).toEqual(users.map((user) => `paid ${user}`));
  });

  it("an overflow's get", async () => {
    const objects = new Map<string, Uint8Array>();
    const filled = sameMemory(2_000_000);
    const store = memoryStore({
      overflow: {
        put: async (name, data) => void objects.set(name, data),
        get: ((name: string) => filled(objects.get(name) as Uint8Array)) as never,
      },
    });
    const run = async (user: string) => ({ user, pad: randomBytes(900_000).toString('base64') });
    const once = makeIdempotent(run, { ...options, store });
    const first = await allAtOnce(once);
    expect(objects.size).toBe(users.length);
    expect(await allAtOnce(once)).toEqual(first);
  });
});

describe('G322: asynchronous ones are read too late: such a repeat is refused, and never answered with the result of another', () => {
  const same = sameMemory(1000);
  const plain = (bytes: Uint8Array) => Uint8Array.from(bytes);
  it.each<[string, Encryption]>([
    ['seal', { seal: async (bytes) => same(bytes), open: plain }],
    ['open', { seal: plain, open: async (bytes) => same(bytes) }],
  ])('%s', async (_, encryption) => {
    const once = makeIdempotent(async (user: string) => `paid ${user}`, {
      ...options,
      store: memoryStore(),
      encryption,
    });
    await allAtOnce(once);
    const [alice, bob, carol] = await allAtOnce(once);
    expect([alice, bob, carol]).toEqual(['RESULT_UNAVAILABLE', 'RESULT_UNAVAILABLE', 'paid carol']);
  });

  it('get of compareAndSwapStore', async () => {
    const rows = new Map<string, { record: unknown; version: number }>();
    const row: Record<string, unknown> = {};
    const database = {
      get: async (id: string) => (rows.has(id) ? Object.assign(row, rows.get(id)) : undefined),
      swap: async (id: string, record: unknown, version: unknown) => {
        if (rows.get(id)?.version !== version) return false;
        rows.set(id, { record, version: ((version as number) ?? 0) + 1 });
        return true;
      },
    } as RecordDatabase;
    const events: string[] = [];
    const once = makeIdempotent(async (user: string) => `paid ${user}`, {
      ...options,
      store: compareAndSwapStore(database),
      onEvent: ({ type, error }) => type === 'store-unavailable' && events.push(String((error as Error)?.message)),
    });
    await oneByOne(once);
    const repeats = await allAtOnce(once);
    expect(repeats).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE', 'paid carol']);
    expect(events[0]).toMatch(/^claim: get returned the record n\/pay#\S+ when it was asked for n\/pay#\S+: /);
  });
});

describe('G213: a result is sealed for its record', () => {
  it('so it opens in no other, even if `seal` and `open` do not look at the id', async () => {
    const moved = new Map<string, Uint8Array>();
    let isMoved = false;
    const encryption: Encryption = {
      seal: (bytes, { recordId }) => {
        moved.set(recordId, Uint8Array.from(bytes));
        return bytes;
      },
      open: (bytes, { recordId }) =>
        isMoved ? ([...moved].find(([id]) => id !== recordId)?.[1] as Uint8Array) : bytes,
    };
    const once = makeIdempotent(async (user: string) => `paid ${user}`, {
      ...options,
      store: memoryStore(),
      encryption,
    });
    await once('alice');
    await once('bob');
    expect(await allAtOnce(once)).toEqual(['paid alice', 'paid bob', 'paid carol']);
    isMoved = true;
    await expect(once('alice')).rejects.toMatchObject({
      code: 'RESULT_UNAVAILABLE',
      message: expect.stringContaining('it was sealed for another record'),
    });
  });
});

it('G322: a record of another operation, which a store gives, is no answer: the store counts as unavailable', async () => {
  const store = memoryStore();
  let isConfused = false;
  const confused: IdempotencyStore = {
    ...store,
    claim: async (request, signal) => {
      const outcome = await store.claim(request, signal);
      if (!isConfused || outcome.claimed || !outcome.record) return outcome;
      return { ...outcome, record: { ...outcome.record, id: 'n/pay#other' } };
    },
  };
  const messages: unknown[] = [];
  let runs = 0;
  const run = async (user: string) => {
    runs += 1;
    return `paid ${user}`;
  };
  const once = makeIdempotent(run, {
    ...options,
    store: confused,
    onEvent: ({ type, error }) => type === 'store-unavailable' && messages.push((error as Error).message),
  });
  await once('alice');
  isConfused = true;
  await expect(once('alice')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(messages).toEqual([
    expect.stringMatching(/^The store gave the record n\/pay#other when it was asked for n\/pay#/),
  ]);
  isConfused = false;
  expect(await once('alice')).toBe('paid alice');
  expect(runs).toBe(1);
});
