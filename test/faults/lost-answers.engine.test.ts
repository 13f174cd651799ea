import { describe, expect, it } from 'vitest';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import type { Fault } from '../support/fault-proxy.ts';
import { httpApiEvent } from '../support/lambda.ts';
import { type Answer, behindProxy, codeOf, keyedEvent } from './harness.ts';

const replayOf = (answer: Answer) => ({ ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } });

const countOne = { UpdateExpression: 'ADD orders :one', ExpressionAttributeValues: { ':one': 1 } };

/** The SDK tries three times; when it has given up, our own retry goes on. */
const losses: [string, Fault[]][] = [
  ['once', ['lose-answer']],
  ['on all but the last try of the SDK', ['lose-answer', 'lose-answer']],
];
const lossesBeyondTheSdk: typeof losses = [
  ...losses,
  ['on all tries of the SDK', ['lose-answer', 'lose-answer', 'lose-answer']],
];

onEachEngineAndClient((database) => {
  describe.concurrent.each(losses)('an answer lost %s', (_name, faults) => {
    it('G15: to a claim: the handler runs once, under attempt 1', async () => {
      const { proxy, keyed, records, events } = await behindProxy(database);
      const { call, runs } = keyed(({ idempotency }) => ({ statusCode: 201, body: String(idempotency.attempt) }));
      proxy.plan('UpdateItem', faults);
      const first = await call(keyedEvent());
      expect(first).toEqual({ statusCode: 201, body: '1' });
      expect(await call(keyedEvent())).toEqual(replayOf(first));
      expect(runs()).toBe(1);
      expect(await records()).toEqual([{ status: 'COMPLETED', attempt: 1 }]);
      expect(events()).toEqual(['claimed', 'completed', 'replayed']);
    });

    it('G15: to a takeover: the handler runs as attempt 2, not 3', async () => {
      const { proxy, keyed, records, store } = await behindProxy(database);
      let nowMs = Date.now();
      const { call } = keyed(
        ({ idempotency }) => {
          if (idempotency.attempt === 1) nowMs += 3_600_000;
          return { statusCode: 201, body: String(idempotency.attempt) };
        },
        { store: { ...store, complete: () => Promise.reject(new Error('crashed')) }, now: () => nowMs },
      );
      await call(keyedEvent());
      proxy.plan('UpdateItem', faults);
      expect(await call(keyedEvent())).toEqual({ statusCode: 201, body: '2' });
      expect(await records()).toEqual([{ status: 'IN_PROGRESS', attempt: 2 }]);
    });

    it('G18: to the consumption of a token: the handler runs once, and the token is used up', async () => {
      const { proxy, consuming, tokenEvent, events } = await behindProxy(database);
      const { call, runs } = consuming();
      const event = await tokenEvent();
      proxy.plan('TransactWriteItems', faults);
      expect(await call(event)).toMatchObject({ statusCode: 201 });
      expect(codeOf(await call(event))).toBe('REPETITIVE_OPERATION');
      expect(runs()).toBe(1);
      expect(events()).toEqual(['token-consumed', 'finished', 'token-refused']);
    });

    it('G19: to the claim of a retained token: the handler runs once', async () => {
      const { proxy, retaining, tokenEvent, records } = await behindProxy(database);
      const { call, runs } = retaining();
      const event = await tokenEvent();
      proxy.plan('UpdateItem', faults);
      const first = await call(event);
      expect(first).toMatchObject({ statusCode: 201 });
      expect(await call(event)).toEqual(replayOf(first));
      expect(runs()).toBe(1);
      expect(await records()).toEqual([{ status: 'COMPLETED', attempt: 1 }]);
    });

    it('to the issue of a token: another one is drawn, which is good', async () => {
      const { proxy, consuming, tokenEvent } = await behindProxy(database);
      proxy.plan('PutItem', faults);
      expect(await consuming().call(await tokenEvent())).toMatchObject({ statusCode: 201 });
      expect(proxy.requests('PutItem')).toBe(faults.length + 2);
    });
  });

  describe.concurrent.each(lossesBeyondTheSdk)('an answer lost %s', (_name, faults) => {
    it('G16: to a completion: the caller gets its result, and a repeat the same', async () => {
      const { proxy, keyed, records, events } = await behindProxy(database);
      const { call, runs } = keyed();
      proxy.plan('UpdateItem', ['pass', ...faults]);
      const first = await call(keyedEvent());
      expect(first.statusCode).toBe(201);
      expect(await call(keyedEvent())).toEqual(replayOf(first));
      expect(runs()).toBe(1);
      expect(await records()).toEqual([{ status: 'COMPLETED', attempt: 1 }]);
      expect(events()).toEqual(['claimed', 'completed', 'replayed']);
    });

    it('G17: to a release: the caller gets the failure, and a repeat runs at once', async () => {
      const { proxy, keyed, records, events } = await behindProxy(database);
      const { call, runs } = keyed(() => {
        throw new RangeError('declined');
      });
      proxy.plan('UpdateItem', ['pass', ...faults]);
      await expect(call(keyedEvent())).rejects.toThrow(RangeError);
      expect(await records()).toEqual([{ status: 'RELEASED', attempt: 1 }]);
      expect(events()).toEqual(['claimed', 'released']);
      await expect(call(keyedEvent())).rejects.toThrow(RangeError);
      expect(runs()).toBe(2);
    });

    it('G17: to a release, before a newer request claims the key: the newer record stands', async () => {
      const { proxy, keyed, records, events } = await behindProxy(database);
      const newer = keyed();
      const older = keyed(() => {
        throw new RangeError('declined');
      });
      proxy.plan('UpdateItem', [
        'pass',
        ...faults,
        async () => {
          await newer.call(keyedEvent());
          return 'pass';
        },
      ]);
      await expect(older.call(keyedEvent())).rejects.toThrow(RangeError);
      expect(await records()).toEqual([{ status: 'COMPLETED', attempt: 2 }]);
      expect(events()).toEqual(['claimed', 'claimed', 'completed', 'released']);
    });

    it('G19: to the completion of a retained token: a repeat gets the first answer', async () => {
      const { proxy, retaining, tokenEvent, records } = await behindProxy(database);
      const { call, runs } = retaining();
      const event = await tokenEvent();
      proxy.plan('UpdateItem', ['pass', ...faults]);
      const first = await call(event);
      expect(await call(event)).toEqual(replayOf(first));
      expect(runs()).toBe(1);
      expect(await records()).toEqual([{ status: 'COMPLETED', attempt: 1 }]);
    });

    it('G19: to the release of a retained token: the token may be used again', async () => {
      const { proxy, retaining, tokenEvent, records, events } = await behindProxy(database);
      const { call } = retaining(() => ({ statusCode: events().length > 2 ? 201 : 502 }));
      const event = await tokenEvent();
      proxy.plan('UpdateItem', ['pass', ...faults]);
      expect(await call(event)).toEqual({ statusCode: 502 });
      expect(await records()).toEqual([{ status: 'ISSUED', attempt: 1 }]);
      expect(await call(event)).toEqual({ statusCode: 201 });
      expect(events()).toEqual(['claimed', 'released', 'claimed', 'completed']);
    });

    it('G20: to a single insert: the caller gets its answer, a repeat is a duplicate', async () => {
      const { proxy, writing, orders } = await behindProxy(database);
      const table = await orders();
      const item = {
        orderId: '1',
        at: 1.5,
        tags: new Set(['a']),
        bytes: new Uint8Array([1, 2]),
        nested: { list: [null] },
      };
      const { call } = writing((writes) => writes.insert(table, item));
      proxy.plan('PutItem', faults);
      expect(await call(httpApiEvent())).toMatchObject({ statusCode: 201 });
      expect(proxy.requests('PutItem')).toBe(faults.length + 1);
      expect(await database.items(table.tableName)).toEqual([item]);
      expect(codeOf(await call(httpApiEvent()))).toBe('DUPLICATE');
    });

    it('G21: to a transaction: its writes happen once, and a repeat is a duplicate', async () => {
      const { proxy, writing, orders } = await behindProxy(database);
      const table = { ...(await orders()), unique: ['orderNo'] };
      const { call } = writing((writes) => {
        writes.insert(table, { orderId: crypto.randomUUID(), orderNo: 'A' });
        writes.update(table, { orderId: 'total' }, countOne);
      });
      proxy.plan('TransactWriteItems', faults);
      expect(await call(httpApiEvent())).toMatchObject({ statusCode: 201 });
      expect(codeOf(await call(httpApiEvent()))).toBe('DUPLICATE');
      expect(await database.item(table.tableName, { orderId: 'total' })).toMatchObject({ orders: 1 });
    });

    it('to a transaction of updates alone: they happen once', async () => {
      const { proxy, writing, orders } = await behindProxy(database);
      const table = await orders();
      const { call } = writing((writes) => writes.update(table, { orderId: 'total' }, countOne));
      proxy.plan('TransactWriteItems', faults);
      expect(await call(httpApiEvent())).toMatchObject({ statusCode: 201 });
      expect(await database.item(table.tableName, { orderId: 'total' })).toMatchObject({ orders: 1 });
    });

    it('G21: to a transaction with a key: a repeat gets the first answer, not its own', async () => {
      const { proxy, writingKeyed, orders, events } = await behindProxy(database);
      const table = await orders();
      const { call } = writingKeyed((writes) => writes.insert(table, { orderId: crypto.randomUUID() }));
      proxy.plan('TransactWriteItems', faults);
      const first = await call(keyedEvent());
      expect(first).toEqual({ statusCode: 201, body: expect.any(String) });
      expect(await call(keyedEvent())).toEqual(replayOf(first));
      expect(await database.items(table.tableName)).toHaveLength(1);
      expect(events()).toEqual(['committed', 'replayed']);
    });
  });
});
