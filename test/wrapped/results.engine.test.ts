import { describe, expect, it } from 'vitest';
import { dynamoDBStore, makeIdempotent } from '../../functions/idempotency/entries/main.ts';
import { onEachEngine } from '../support/dynamodb.ts';

class Receipt {
  readonly id = 'r-1';
  readonly lines = [{ amount: 1 }];
}

class Money {
  readonly #cents = 100;
  toJSON() {
    return { cents: this.#cents };
  }
}

class Hidden {
  readonly #cents = 100;
  cents() {
    return this.#cents;
  }
}

function* counting() {
  yield 1;
}

onEachEngine(({ createTable, openClient }) => {
  describe('the result of a wrapped function', async () => {
    const store = dynamoDBStore({ tableName: await createTable(), client: openClient() });

    const charging = (result: () => unknown) => {
      let runs = 0;
      const charge = makeIdempotent(
        async (_id: string): Promise<unknown> => {
          runs += 1;
          return result();
        },
        { name: 'charge', namespace: crypto.randomUUID(), key: (id) => id, store },
      );
      return { charge, runs: () => runs };
    };

    it.each<[what: string, result: () => unknown]>([
      ['a Map', () => new Map([['id', 1]])],
      ['a Set', () => new Set([1])],
      ['a generator', () => counting()],
      ['a promise in it', () => ({ receipt: Promise.resolve({ id: 'r-1' }) })],
      ['an error in it', () => [new Error('declined')]],
      ['bytes', () => new Uint8Array([1])],
      ['a Buffer', () => ({ pdf: Buffer.from('pdf') })],
      ['an instance that hides what it holds', () => ({ amount: new Hidden() })],
      ['a function', () => ({ undo: () => 1 })],
      ['a symbol', () => ({ kind: Symbol('kind') })],
      ['NaN', () => [Number.NaN]],
      ['an infinite number', () => ({ left: Number.POSITIVE_INFINITY })],
      ['a bigint', () => ({ id: 9007199254740993n })],
      ['undefined in a list', () => [undefined, 1]],
      ['a regular expression', () => /a/],
      ['a Response', () => new Response('paid')],
      ['a cycle', () => cyclic()],
    ])('G58: that JSON would change (%s) is the first caller’s only: a repeat is told so', async (_what, result) => {
      const { charge, runs } = charging(result);
      await charge('o-1');
      await expect(charge('o-1')).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE', retryable: false });
      expect(runs()).toBe(1);
    });

    it.each<[what: string, result: () => unknown]>([
      ['undefined', () => undefined],
      ['null', () => null],
      ['text with a lone surrogate', () => ['\ud800', '\u0000']],
      ['a property that is undefined', () => ({ id: 1, note: undefined })],
      ['a property called __proto__', () => JSON.parse('{"__proto__":{"admin":true}}')],
      ['an instance by its properties', () => new Receipt()],
      ['no prototype', () => Object.assign(Object.create(null), { id: 1 })],
      [
        'the same object twice',
        () => {
          const line = { id: 1 };
          return [line, line];
        },
      ],
    ])('G58: that JSON gives back (%s) is everybody’s', async (_what, result) => {
      const { charge, runs } = charging(result);
      const first = await charge('o-1');
      expect(await charge('o-1')).toEqual(first);
      expect(runs()).toBe(1);
    });

    it('G58: that says how it is written is replayed as that', async () => {
      const { charge } = charging(() => ({ price: new Money(), at: new Date(0), shop: new URL('https://a.example/') }));
      await charge('o-1');
      expect(await charge('o-1')).toEqual({
        price: { cents: 100 },
        at: '1970-01-01T00:00:00.000Z',
        shop: 'https://a.example/',
      });
    });
  });
});

const cyclic = () => {
  const value: unknown[] = [];
  value.push(value);
  return value;
};
