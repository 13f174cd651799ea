import { describe, expect, it, vi } from 'vitest';
import type { Guard } from './entrances.ts';

const same = () => 'same';
const holes = [undefined, null, '', new Uint8Array(0), new ArrayBuffer(0)];
const later = async <Value>(value: Value): Promise<Value> => value;

class Wallet {
  #amount: number;
  constructor(amount: number) {
    this.#amount = amount;
  }
  spend = () => {
    this.#amount -= 1;
  };
}

class Order {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}

/** What was once written as `{}`, or left out, whatever was in it. */
const unnameable: [what: string, of: (id: string) => unknown][] = [
  ['is a Set', (id) => new Set([id])],
  ['is a Map', (id) => new Map([['id', id]])],
  ['is a function', (id) => () => id],
  ['is a symbol', (id) => Symbol(id)],
  ['is a Headers', (id) => new Headers({ id })],
  ['is a FormData', () => new FormData()],
  ['is a RegExp', (id) => new RegExp(id)],
  ['is a Wallet', (id) => new Wallet(id.length)],
  ['is an Order', (id) => new Order(id)],
  ['is NaN', () => Number.NaN],
  ['is 9007199254740992, beyond what JavaScript holds exactly: have it sent as text', () => 2 ** 53],
  ['is an invalid Date', () => new Date('never')],
  ['is not well-formed Unicode', () => '\ud800'],
];

/** Pairs that JSON, or the text of an object, would confuse. */
const different: [name: string, one: unknown, other: unknown][] = [
  ['bigints', 9007199254740993n, 9007199254740992n],
  ['a bigint and a number', 1n, 1],
  ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 3])],
  ['bytes and the text of them', Buffer.from('a'), 'a'],
  ['dates', new Date(0), new Date(1)],
  ['URLs', new URL('https://a.example/1'), new URL('https://a.example/2')],
  ['objects without a prototype', { __proto__: null, id: 1 }, { __proto__: null, id: 2 }],
  ['a list and an object like it', ['a'], { 0: 'a' }],
];

/** The tests of what may name an operation, for one way of guarding it. */
export const namesExactly = (guard: Guard): void => {
  it('G301: an integer beyond 2^53 is refused in key and scope, since another one reads as the same', async () => {
    // biome-ignore lint/correctness/noPrecisionLoss: the loss is the point
    for (const id of [9007199254740993, 9007199254740992, -1e21]) {
      for (const names of [{ key: () => ({ id }) }, { key: () => 'k', scope: () => ['shop', id] }]) {
        await expect(guard(names)({})).rejects.toMatchObject({
          code: 'ILLEGAL_ARGUMENT',
          message: expect.stringMatching(/(key\.id|scope\[1\]) is .*have it sent as text/),
        });
      }
    }
  });

  describe('a scope', () => {
    it('G54: in which a promise is not awaited keeps callers apart, and their promises at any depth', async () => {
      const call = guard({
        key: () => 'k',
        scope: ({ tenant, user }) => [later(tenant), { user: later([later(user)]) }],
        fingerprint: same,
      });
      const bob = await call({ tenant: 'acme', user: 'bob' });
      expect(await call({ tenant: 'acme', user: 'alice' })).not.toEqual(bob);
      expect(await call({ tenant: 'corp', user: 'bob' })).not.toEqual(bob);
      expect(await call({ tenant: 'acme', user: 'bob' })).toEqual(bob);
    });

    it('G54: whose promise rejects refuses the request, and nothing is left unawaited', async () => {
      const down = async () => {
        throw new Error('no tenant');
      };
      await expect(guard({ key: () => 'k', scope: () => [down(), down()] })({})).rejects.toThrow('no tenant');
    });

    it.each(holes)('G49: with a hole (%s) at any depth is a missing scope', async (hole) => {
      for (const scope of [hole, [hole], ['acme', { user: hole }], ['acme', [later(hole)]]]) {
        await expect(guard({ key: () => 'k', scope: () => scope })({})).rejects.toMatchObject({
          code: 'ILLEGAL_ARGUMENT',
          title: 'Scope is missing',
        });
      }
    });
  });

  describe('a key', () => {
    it('G54: in which a promise is not awaited tells requests apart', async () => {
      const call = guard({ key: ({ id }) => ({ order: [later(id)] }), fingerprint: same });
      const first = await call({ id: 'o-1' });
      expect(await call({ id: 'o-2' })).not.toEqual(first);
      expect(await call({ id: 'o-1' })).toEqual(first);
    });

    it.each(holes)('G49: with a hole (%s) at any depth is a missing key', async (hole) => {
      const keys = [
        hole,
        [hole],
        { user: hole, order: hole },
        { user: 'u', order: { id: hole } },
        ['u', [later(hole)]],
      ];
      for (const key of [...keys, [], {}, ['u', []]]) {
        await expect(guard({ key: () => key })({})).rejects.toMatchObject({
          code: 'ILLEGAL_ARGUMENT',
          title: expect.stringMatching(/^The key of the operation is missing|name no operation$/),
        });
      }
    });

    it.each(holes)('G49: that is written with a hole (%s) is a missing key', async (hole) => {
      const keys = [{ toJSON: () => ({ user: hole }) }, { toJSON: () => [] }, ['u', { toJSON: () => [[hole]] }]];
      for (const key of keys) {
        await expect(guard({ key: () => key })({})).rejects.toMatchObject({
          title: expect.stringMatching(/^The key of the operation is missing|name no operation$/),
        });
      }
    });

    it.each(different)('G54: tells %s apart', async (_name, one, other) => {
      const call = guard({ key: ({ id }) => ['order', { id }], fingerprint: same });
      const first = await call({ id: one });
      expect(await call({ id: other })).not.toEqual(first);
      expect(await call({ id: one })).toEqual(first);
    });

    it('G54: is the same in any order of its properties', async () => {
      const call = guard({ key: ({ key }) => key, fingerprint: same });
      expect(await call({ key: { a: 1, b: [{ c: 1, d: 2 }] } })).toEqual(
        await call({ key: { b: [{ d: 2, c: 1 }], a: 1 } }),
      );
    });
  });

  it.each(unnameable)('G54: what %s is refused by its path, in key and scope, at any depth', async (what, of) => {
    for (const id of ['o-1', 'o-2']) {
      const [list, fields] = [['order', of(id)], { order: [{ id: of(id) }] }];
      for (const [key, path] of [
        [of(id), 'key'],
        [list, 'key[1]'],
        [fields, 'key.order[0].id'],
      ]) {
        await expect(guard({ key: () => key })({})).rejects.toMatchObject({
          code: 'ILLEGAL_ARGUMENT',
          message: expect.stringContaining(`${path} ${what}.`),
        });
      }
      await expect(guard({ key: () => 'k', scope: () => list })({})).rejects.toMatchObject({
        code: 'ILLEGAL_ARGUMENT',
        message: expect.stringContaining(`scope[1] ${what}.`),
      });
    }
  });

  it('G304: a key is read once: getters and `toJSON` are called once each', async () => {
    const [toJSON, getter] = [vi.fn(() => 'k'), vi.fn(() => 'k')];
    const shared = { toJSON };
    const fields = {
      get id() {
        return getter();
      },
      shared,
    };
    for (const names of [{ key: () => fields }, { key: () => 'k', scope: () => fields }]) {
      await guard(names)({});
      expect(getter).toHaveBeenCalledOnce();
      expect(toJSON).toHaveBeenCalledOnce();
      vi.clearAllMocks();
    }
  });

  it('G304: a key whose `toJSON` rejects refuses the request, and leaves no rejection unhandled', async () => {
    const listener = vi.fn();
    process.on('unhandledRejection', listener);
    const key = { toJSON: async () => Promise.reject(new Error('lost')) };
    await expect(guard({ key: () => key })({})).rejects.toThrow('lost');
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', listener);
    expect(listener).not.toHaveBeenCalled();
  });

  it('G304: a key, scope or fingerprint without end is refused', async () => {
    const lazy = (): object => ({
      get order() {
        return lazy();
      },
      get other() {
        return lazy();
      },
    });
    for (const make of [lazy, () => ({ toJSON: () => [lazy()] })]) {
      for (const name of ['key', 'scope', 'fingerprint']) {
        await expect(guard({ key: () => 'k', [name]: make })({})).rejects.toMatchObject({
          code: 'ILLEGAL_ARGUMENT',
          message: expect.stringContaining(`${name} is nested deeper than 500 levels`),
        });
      }
    }
  });

  it('G304: a key whose parts refer to each other, so that its text would have no end in sight, is refused', async () => {
    let key: unknown = { id: 1 };
    for (let level = 0; level < 40; level += 1) key = [key, key];
    await expect(guard({ key: () => key })({})).rejects.toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringContaining('is longer than 33554432 characters as JSON'),
    });
  });
};
