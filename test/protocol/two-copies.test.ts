import { describe, expect, it, vi } from 'vitest';
import { currentOperation, makeIdempotent, StoreError } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';

/** As a process has it that loads another version, or another bundle of this one. */
const anotherCopy = async () => {
  vi.resetModules();
  return import('../../functions/idempotency/entries/main.ts');
};

const options = { name: 'count', namespace: 'copies', key: () => 'k', leaseMs: 5000, quiet: true };

describe('G330: an error of another copy of the library, thrown by what that copy was given', () => {
  it('is recognised, and nothing else is', async () => {
    const other = await anotherCopy();
    const details = { retryable: false, cause: undefined };
    expect(other.StoreError).not.toBe(StoreError);
    expect(StoreError.is(new other.StoreError('down', details))).toBe(true);
    expect(other.StoreError.is(new StoreError('down', details))).toBe(true);
    const hostile = new Proxy(
      {},
      {
        has: () => {
          throw new Error('not me');
        },
      },
    );
    for (const value of [undefined, null, 'StoreError', new Error('down'), { name: 'StoreError' }, hostile]) {
      expect(StoreError.is(value)).toBe(false);
    }
  });

  it('an answer that is too large for its store is remembered as done, and never runs again', async () => {
    const other = await anotherCopy();
    const { complete, ...store } = memoryStore();
    const events: string[] = [];
    let runs = 0;
    let nowMs = 1_700_000_000_000;
    const count = makeIdempotent(async () => ++runs, {
      name: 'count',
      namespace: 'copies',
      key: () => 'k',
      leaseMs: 5000,
      now: () => nowMs,
      quiet: true,
      onEvent: ({ type }) => events.push(type),
      store: {
        ...store,
        complete: async (request, signal) => {
          if (request.result.encoding === 'unavailable') return complete(request, signal);
          throw new other.StoreError('too large', { retryable: false, tooLarge: true, cause: undefined });
        },
      },
    });
    expect(await count()).toBe(1);
    nowMs += 5001;
    await expect(count()).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE' });
    expect({ runs, events }).toMatchObject({ runs: 1, events: expect.not.arrayContaining(['completion-failed']) });
  });

  it('an answer that can never be opened is refused for good', async () => {
    const other = await anotherCopy();
    const count = makeIdempotent(async () => 1, {
      ...options,
      store: memoryStore(),
      encryption: {
        seal: (data) => data,
        open: () => {
          throw new other.StoreError('of another key', { retryable: false, cause: undefined });
        },
      },
    });
    await count();
    await expect(count()).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE' });
  });

  it('a store asks again after one that is retryable', async () => {
    const other = await anotherCopy();
    const { complete, ...store } = memoryStore();
    let tries = 0;
    const events: string[] = [];
    const count = makeIdempotent(async () => 1, {
      ...options,
      onEvent: ({ type }) => events.push(type),
      store: {
        ...store,
        complete: async (request, signal) => {
          if (++tries === 1) throw new other.StoreError('down', { retryable: true, cause: undefined });
          return complete(request, signal);
        },
      },
    });
    await count();
    expect({ tries, events }).toEqual({ tries: 2, events: ['claimed', 'completed'] });
  });
});

it('G334: `currentOperation` of one copy tells the operation of another one inside', async () => {
  const other = await anotherCopy();
  const pay = { ...options, name: 'pay', key: (id: string) => id, store: memoryStore() };
  const charge = other.makeIdempotent(async (_id: string) => currentOperation().key, { ...pay, namespace: 'b' });
  const batch = makeIdempotent(
    async (_id: string) => [await charge('o-1'), await charge('o-2'), currentOperation().key],
    pay,
  );
  expect(await batch('batch')).toEqual(['o-1', 'o-2', 'batch']);
});
