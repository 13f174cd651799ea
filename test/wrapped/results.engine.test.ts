import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dynamoDBStore, type IdempotencyEvent, makeIdempotent } from '../../functions/idempotency/entries/main.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { httpApiEvent } from '../support/lambda.ts';

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

class Lines extends Array<number> {}

const { rawJSON: rawJson } = JSON as unknown as { rawJSON: (text: string) => object };

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
      ['a number as raw JSON', () => ({ id: rawJson('9007199254740993') })],
      ['undefined in a list', () => [undefined, 1]],
      ['a regular expression', () => /a/],
      ['a Response', () => new Response('paid')],
      ['a cycle', () => cyclic()],
      ['a Date', () => ({ at: new Date(0) })],
      ['a URL', () => new URL('https://a.example/')],
      ['an instance that says how it is written', () => [new Money()]],
      ['an instance of a class', () => new Receipt()],
      ['a class of lists', () => new Lines(1, 2)],
      // biome-ignore lint/suspicious/noSparseArray: what is tested
      ['a gap in a list', () => [1, , 2]],
      // biome-ignore lint/suspicious/noSparseArray: what is tested
      ['a gap in a list, made up for by a property', () => Object.assign([1, , 2], { next: 'page2' })],
      ['a list with a property', () => Object.assign([1], { next: 'page2' })],
      ['a property named by a symbol', () => ({ id: 1, [Symbol('rev')]: 7 })],
      ['a hidden property', () => Object.defineProperty({ id: 1 }, 'amount', { value: 5 })],
      ['minus zero', () => ({ balance: -0 })],
      ['a stream in it', () => ({ file: Readable.from(['a']) })],
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

    it('G58: that JSON would change is told at the first call', async () => {
      const events: IdempotencyEvent[] = [];
      const charge = makeIdempotent(async (_id: string) => ({ at: new Date(0) }), {
        ...{ name: 'charge', namespace: crypto.randomUUID(), key: (id: string) => id, store, quiet: true },
        onEvent: (event) => events.push(event),
      });
      expect(await charge('o-1')).toEqual({ at: new Date(0) });
      expect(events).toContainEqual(expect.objectContaining({ type: 'result-unavailable', reason: 'not JSON' }));
    });

    const toldCharging = (run: () => unknown) => {
      const events: IdempotencyEvent[] = [];
      let runs = 0;
      const charge = makeIdempotent(
        async (_id: string) => {
          runs += 1;
          return run();
        },
        {
          ...{ name: 'charge', namespace: crypto.randomUUID(), key: (id: string) => id, store, quiet: true },
          keepErrors: () => true,
          onEvent: (event) => events.push(event),
        },
      );
      return { charge, events, runs: () => runs };
    };

    it.each<[what: string, run: () => unknown]>([
      ['a text in it many times', () => Array(100).fill({ text: 'x'.repeat(6_000_000) })],
      ['a text above what is read again', () => 'y'.repeat(70_000_000)],
      ['a text of more bytes than that', () => 'я'.repeat(40_000_000)],
    ])(
      'G44: that is too large (%s) is the first caller’s, never runs again, and is told at once',
      async (_what, run) => {
        const { charge, runs, events } = toldCharging(run);
        await charge('o-1');
        expect(events).toContainEqual(expect.objectContaining({ type: 'result-unavailable', reason: 'too large' }));
        await expect(charge('o-1')).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE' });
        expect(runs()).toBe(1);
      },
    );

    it('G44: errors that share a large text are the first caller’s; a repeat gets them as far as they can be kept', async () => {
      const { charge, runs } = toldCharging(() => {
        const request = 'x'.repeat(6_000_000);
        const refused = Array.from({ length: 100 }, () => Object.assign(new Error('refused'), { request }));
        throw new AggregateError(refused, 'all refused');
      });
      await expect(charge('o-1')).rejects.toBeInstanceOf(AggregateError);
      const again = await charge('o-1').catch((error: unknown) => error);
      expect(again).toMatchObject({ name: 'AggregateError', message: 'all refused' });
      const requests = (again as AggregateError).errors.map((error: { request?: string }) => error.request?.length);
      expect(requests).toContain(6_000_000);
      expect(requests).toContain(undefined);
      expect(runs()).toBe(1);
    });

    it('G58: of a request, that JSON would change, is the first caller’s only', async () => {
      const answer = { statusCode: 200, body: { at: new Date(0) } };
      const { charge } = charging(() => answer);
      const event = httpApiEvent({ headers: { 'idempotency-key': 'k' }, body: {} }) as never;
      const pay = makeIdempotent(async (_event: unknown) => charge(crypto.randomUUID()), {
        ...{ name: 'pay', namespace: crypto.randomUUID(), store },
      });
      expect(await pay(event)).toBe(answer);
      await expect(pay(event)).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE' });
    });

    it('G58: any other value that JSON can say comes back equal, to the last digit and sign', async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.anything({ withDate: true, withMap: true })), async (result) => {
          const { charge } = charging(() => result);
          await charge('o-1');
          const again = await charge('o-1').catch((error: unknown) => ({ refused: error }));
          if (isDeepStrictEqual(withoutUndefined(result), again)) return;
          expect(again).toMatchObject({ refused: { code: 'RESULT_UNAVAILABLE' } });
        }),
        { numRuns: 60 },
      );
    });
  });
});

/** A property that is `undefined` counts as none, and a prototype of `null` as that of every object. */
const withoutUndefined = (value: unknown): unknown => {
  if (Array.isArray(value)) return Object.keys(value).length === value.length ? value.map(withoutUndefined) : value;
  if (typeof value !== 'object' || value === null) return value;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutUndefined(inner)]));
};

const cyclic = () => {
  const value: unknown[] = [];
  value.push(value);
  return value;
};
