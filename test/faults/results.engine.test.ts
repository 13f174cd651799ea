import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../functions/idempotency/entries/main.ts';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import { behindProxy, codeOf, keyedEvent } from './harness.ts';

class Money {
  readonly amount = 5;
  readonly #secret = 1;
  toJSON() {
    return { amount: this.amount, currency: 'EUR', twice: this.#secret * 2 };
  }
}

class Created {
  readonly statusCode = 201;
  readonly cookies = ['session=1'];
  toJSON() {
    return { statusCode: this.statusCode, cookies: this.cookies, body: 'paid' };
  }
}

const circular = () => {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
};

const noise = (bytes: number) => randomBytes(bytes).toString('base64').slice(0, bytes);

const itemLimit = 400 * 1024;

onEachEngineAndClient((database) => {
  const plain = async (run: () => unknown) => {
    const harness = await behindProxy(database);
    const { call, runs } = harness.keyed(run, { key: () => 'k' });
    return { ...harness, call: () => call({ detail: 1 }), runs };
  };

  describe.concurrent('G44: a result that can be kept', () => {
    it.each<[string, unknown]>([
      ['50 KB', { text: noise(50_000) }],
      ['540 KB of base64, 396 KiB compressed', { text: noise(540_000) }],
      ['5 MB that compress', { text: 'paid '.repeat(1_000_000) }],
      ['a Date', { at: new Date(0), list: [new Date(1)] }],
      ['an invalid Date', { at: new Date(Number.NaN) }],
      ['undefined within', { a: undefined, list: [undefined, null], b: { c: undefined } }],
      ['numbers beyond JSON', { list: [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e21, 2 ** 53] }],
      ['an instance of a class', { price: new Money(), at: new URL('https://a.example/') }],
      ['a lone surrogate, NUL and line separators', { text: '\ud800 \u0000 \u2028 🎉' }],
      ['a property named __proto__', JSON.parse('{"__proto__":{"admin":true},"constructor":1}')],
    ])('(%s) is replayed as it went over the wire', async (_name, result) => {
      const { call, runs, events } = await plain(() => result);
      const first = JSON.stringify(await call());
      expect(JSON.stringify(await call())).toBe(first);
      expect(runs()).toBe(1);
      expect(events()).toEqual(['claimed', 'completed', 'replayed']);
    });

    it('(an HTTP response with a binary body) is replayed as it went over the wire', async () => {
      const { keyed } = await behindProxy(database);
      const image = { statusCode: 200, isBase64Encoded: true, body: randomBytes(100_000).toString('base64') };
      const { call, runs } = keyed(() => image);
      expect(await call(keyedEvent())).toEqual(image);
      expect(await call(keyedEvent())).toEqual({ ...image, headers: { 'idempotent-replayed': 'true' } });
      expect(runs()).toBe(1);
    });

    it('(an HTTP response with a toJSON of its own) is replayed as it went over the wire, without its cookies', async () => {
      const { keyed } = await behindProxy(database);
      const { call } = keyed(() => new Created());
      const first = JSON.parse(JSON.stringify(await call(keyedEvent())));
      expect(first).toEqual({ statusCode: 201, cookies: ['session=1'], body: 'paid' });
      expect(await call(keyedEvent())).toEqual({
        statusCode: 201,
        body: 'paid',
        headers: { 'idempotent-replayed': 'true' },
      });
    });
  });

  describe.concurrent('G44: a result that can’t be kept', () => {
    it.each<[string, () => unknown]>([
      ['550 KB of base64, 403 KiB compressed', () => ({ text: noise(550_000) })],
      ['5 MB of base64', () => ({ text: noise(5_000_000) })],
      ['a BigInt', () => ({ amount: 1n })],
      ['a Map', () => ({ map: new Map([['a', 1]]) })],
      ['a Set', () => new Set([1])],
      ['an error', () => ({ error: new RangeError('x') })],
      ['bytes', () => ({ bytes: Buffer.from([0, 255]) })],
      ['an array of bytes', () => ({ array: new Uint8Array([1]) })],
      ['a function', () => ({ run: () => 1 })],
      ['a symbol', () => ({ s: Symbol('s') })],
      ['a circle', circular],
      [
        'one whose toJSON throws',
        () => ({
          toJSON() {
            throw new Error('no');
          },
        }),
      ],
    ])('(%s) reaches the first caller, and a repeat is told so', async (_name, run) => {
      const { call, runs, events, records } = await plain(run);
      expect(await call()).toBeTypeOf('object');
      await expect(call()).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE', retryable: false });
      expect(runs()).toBe(1);
      expect(await records()).toEqual([{ status: 'COMPLETED', attempt: 1 }]);
      expect(events()).toEqual(['claimed', 'result-unavailable', 'completed', 'refused']);
    });

    it('by uniqueIndex with a key leaves its writes done, and a repeat is told so', async () => {
      const { writingKeyed, orders } = await behindProxy(database);
      const table = await orders();
      const { call } = writingKeyed((writes) => {
        writes.insert(table, { orderId: crypto.randomUUID() });
        return { statusCode: 200, body: noise(1_000_000) };
      });
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 200 });
      expect(codeOf(await call(keyedEvent()))).toBe('RESULT_UNAVAILABLE');
      expect(await database.items(table.tableName)).toHaveLength(1);
    });
  });

  describe.concurrent('a record of the largest item', () => {
    const complete = async (bytes: number) => {
      const { store, records } = await behindProxy(database);
      const id = `${'名'.repeat(128)}#${'x'.repeat(43)}`;
      const owner = crypto.randomUUID();
      const expiresAtSeconds = 4_000_000_000;
      const hash = 'x'.repeat(43);
      const claim = { id, owner, fingerprint: hash, keyHash: hash, nowMs: Date.now(), expiresAtSeconds };
      await store.claim({
        ...claim,
        leaseExpiresAtMs: claim.nowMs + 60_000,
        from: 'absent',
        takeOver: true,
        requestId: crypto.randomUUID(),
      });
      const result = { encoding: 'json', data: 'x'.repeat(bytes) } as const;
      const outcome = await store.complete({ id, owner, expiresAtSeconds, result }).catch((error: unknown) => error);
      return { outcome, records: await records() };
    };

    it('holds the largest result that is ever stored, under the longest id', async () => {
      const { outcome, records } = await complete(itemLimit - 1000);
      expect(outcome).toBe('written');
      expect(records).toEqual([{ status: 'COMPLETED', attempt: 1 }]);
    });

    it('holds no more than 400 KB, and the store says that it is too large', async () => {
      const { outcome, records } = await complete(itemLimit);
      expect(outcome).toBeInstanceOf(StoreError);
      expect(outcome).toMatchObject({ tooLarge: true, retryable: false });
      expect(records).toEqual([{ status: 'IN_PROGRESS', attempt: 1 }]);
    });
  });
});
