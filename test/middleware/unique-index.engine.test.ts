import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  fromHeader,
  type IdempotencyEvent,
  stillRunning,
  type Table,
  uniqueIndex,
  type Writes,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import type { UnkeyedOptions } from '../../functions/idempotency/middleware/unique-index-options.ts';
import { manualClock } from '../support/clock.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

const codeOf = ({ body = '' }: Answer) => (body.startsWith('{') ? JSON.parse(body).code : undefined);

onEachEngine((database) => {
  const createTable = async (partitionKey: string, declared: Partial<Table> = {}): Promise<Table> => {
    const { sortKey } = declared;
    const tableName = await database.createTable({ partitionKey, ...(sortKey && { sortKey }) });
    return { tableName, partitionKey, ...declared };
  };

  /** A handler that writes, and the requests that its client sends. */
  const protect = async (
    write: (writes: Writes, event: { body: string }) => unknown,
    options: UnkeyedOptions | 'keyed' = {},
  ) => {
    const clock = manualClock();
    const events: IdempotencyEvent[] = [];
    const recordsTable = await database.createTable();
    let runs = 0;
    const { client } = database;
    const common = { now: clock.now, onEvent: (event: IdempotencyEvent) => events.push(event) };
    const keyed = { key: fromHeader('Idempotency-Key'), store: dynamoDBStore({ tableName: recordsTable, client }) };
    const handler = middy(async (event: { body: string }, { writes }: WritesContext) => {
      runs += 1;
      return (await write(writes, event)) ?? { statusCode: 201, body: `run ${runs}` };
    }).use(uniqueIndex(options === 'keyed' ? { ...keyed, ...common } : { client, ...common, ...options }));
    const call = (event: unknown = httpApiEvent({ body: {} }), context = lambdaContext()) =>
      handler(event as never, context as never) as Promise<Answer>;
    const callKeyed = (key: string, body: unknown = {}) =>
      call(httpApiEvent({ headers: { 'idempotency-key': key }, body }));
    return { call, callKeyed, clock, recordsTable, runs: () => runs, events: () => events.map(({ type }) => type) };
  };

  describe('an insert', () => {
    it('happens once of many at the same time; the others are duplicates', async () => {
      const orders = await createTable('orderId');
      const { call, runs } = await protect((writes) => writes.insert(orders, { orderId: '1', at: Math.random() }));
      const answers = await Promise.all(Array.from({ length: 20 }, () => call()));
      expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
      expect(answers.filter((answer) => codeOf(answer) === 'DUPLICATE')).toHaveLength(19);
      expect(await database.items(orders.tableName)).toHaveLength(1);
      expect(runs()).toBe(20);
    });

    it('is refused when a unique attribute is taken, alone or together with others', async () => {
      const orders = await createTable('orderId', { unique: ['orderNo', ['userId', 'cartId']] });
      const { call } = await protect((writes, { body }) => writes.insert(orders, JSON.parse(body)));
      const insert = (order: object) => call(httpApiEvent({ body: order }));
      const first = { orderId: '1', orderNo: 'A', userId: 'u', cartId: 7 };
      expect(await insert(first)).toMatchObject({ statusCode: 201 });
      const sameNumber = await insert({ ...first, orderId: '2', cartId: 8 });
      expect([sameNumber.statusCode, codeOf(sameNumber)]).toEqual([409, 'DUPLICATE']);
      expect(sameNumber.body).toContain('orderNo');
      const sameCart = await insert({ ...first, orderId: '3', orderNo: 'B' });
      expect(sameCart.body).toContain('userId and cartId');
      expect(await insert({ ...first, orderId: '4', orderNo: 'B', cartId: '7' })).toMatchObject({ statusCode: 201 });
      const orderIds = (await database.items(orders.tableName)).map(({ orderId }) => orderId as string);
      expect(orderIds.filter((id) => !id.startsWith('unique-guard#')).sort()).toEqual(['1', '4']);
      expect(orderIds).toHaveLength(6);
    });

    it('works in a table with a sort key', async () => {
      const orders = await createTable('userId', { sortKey: 'orderId', unique: ['orderNo'] });
      const { call } = await protect((writes, { body }) => writes.insert(orders, JSON.parse(body)));
      const insert = (order: object) => call(httpApiEvent({ body: order }));
      expect(await insert({ userId: 'u', orderId: '1', orderNo: 'A' })).toMatchObject({ statusCode: 201 });
      expect(await insert({ userId: 'u', orderId: '2', orderNo: 'B' })).toMatchObject({ statusCode: 201 });
      expect(await insert({ userId: 'v', orderId: '1', orderNo: 'A' })).toMatchObject({ statusCode: 409 });
    });

    it('that is refused is answered by onDuplicate, which gets what is there', async () => {
      const orders = await createTable('orderId', { unique: ['orderNo'] });
      const { call } = await protect((writes, { body }) => writes.insert(orders, JSON.parse(body)), {
        onDuplicate: (duplicate) => ({ statusCode: 200, body: JSON.stringify(duplicate) }),
      });
      const insert = (order: object) => call(httpApiEvent({ body: order }));
      const first = { orderId: '1', orderNo: 'A' };
      await insert(first);
      expect(JSON.parse((await insert(first)).body ?? '')).toEqual({
        tableName: orders.tableName,
        attributes: ['orderId'],
        existing: first,
      });
      expect(JSON.parse((await insert({ orderId: '2', orderNo: 'A' })).body ?? '')).toMatchObject({
        attributes: ['orderNo'],
        existing: { orderId: '1' },
      });
    });

    it('is taken as it was when it was handed over', async () => {
      const orders = await createTable('orderId');
      const { call } = await protect((writes) => {
        const order = { orderId: '1', state: 'new' };
        writes.insert(orders, order);
        order.state = 'edited';
      });
      await call();
      expect(await database.items(orders.tableName)).toEqual([{ orderId: '1', state: 'new' }]);
    });

    it('frees its unique values again when the item is deleted', async () => {
      const orders = await createTable('orderId', { unique: ['orderNo'] });
      const order = { orderId: '1', orderNo: 'A' };
      const { call: insert } = await protect((writes) => writes.insert(orders, order));
      const remove = await protect((writes, { body }) => writes.delete(orders, JSON.parse(body)));
      await insert();
      expect(await remove.call(httpApiEvent({ body: { ...order, orderNo: 'stale' } }))).toMatchObject({
        statusCode: 409,
      });
      expect(await database.items(orders.tableName)).toHaveLength(2);
      expect(await remove.call(httpApiEvent({ body: order }))).toMatchObject({ statusCode: 201 });
      expect(await database.items(orders.tableName)).toEqual([]);
      expect(await insert()).toMatchObject({ statusCode: 201 });
    });
  });

  describe('several writes', () => {
    const orderFromStock = async (available: number) => {
      const orders = await createTable('orderId', { unique: ['orderNo'] });
      const stock = await createTable('sku');
      const { call: seed } = await protect((writes) => writes.put(stock, { sku: 'mouse', available }));
      await seed();
      const write = (writes: Writes, { body }: { body: string }) => {
        writes.insert(orders, { orderId: crypto.randomUUID(), ...JSON.parse(body) });
        writes.update(
          stock,
          { sku: 'mouse' },
          {
            UpdateExpression: 'SET available = available - :quantity',
            ConditionExpression: 'available >= :quantity',
            ExpressionAttributeValues: { ':quantity': 2 },
          },
          { otherwise: (article) => ({ statusCode: 409, body: `${article?.['available']} left` }) },
        );
      };
      const left = async () => (await database.item(stock.tableName, { sku: 'mouse' }))?.['available'];
      return { write, left, orders };
    };

    it('happen once of 50 at the same time', async () => {
      const { write, left, orders } = await orderFromStock(100);
      const { call } = await protect(write);
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => call(httpApiEvent({ body: { orderNo: 'A' } }))),
      );
      expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
      expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(49);
      expect(await left()).toBe(98);
      expect(await database.items(orders.tableName)).toHaveLength(2);
    });

    it('G41: do nothing at all when one condition fails, and its `otherwise` answers', async () => {
      const { write, left, orders } = await orderFromStock(1);
      const { call } = await protect(write);
      expect(await call(httpApiEvent({ body: { orderNo: 'A' } }))).toEqual({ statusCode: 409, body: '1 left' });
      expect(await left()).toBe(1);
      expect(await database.items(orders.tableName)).toEqual([]);
    });

    it('are a duplicate rather than out of stock when they are both', async () => {
      const { write } = await orderFromStock(2);
      const { call } = await protect(write);
      await call(httpApiEvent({ body: { orderNo: 'A' } }));
      expect(codeOf(await call(httpApiEvent({ body: { orderNo: 'A' } })))).toBe('DUPLICATE');
    });

    it('fail with CONDITION_FAILED without `otherwise`', async () => {
      const orders = await createTable('orderId');
      const { call } = await protect((writes) => {
        writes.check(orders, { orderId: '1' }, { ConditionExpression: 'attribute_exists(orderId)' });
        writes.put(orders, { orderId: '2' });
      });
      const refused = await call();
      expect([refused.statusCode, codeOf(refused)]).toEqual([409, 'CONDITION_FAILED']);
      await expect(call({ plain: true })).rejects.toMatchObject({ code: 'CONDITION_FAILED', retryable: false });
      expect(await database.items(orders.tableName)).toEqual([]);
    });
  });

  describe('with a key', () => {
    it('a repeat gets the first answer, and its writes are discarded', async () => {
      const orders = await createTable('orderId');
      const { callKeyed, runs, events } = await protect(
        (writes) => writes.insert(orders, { orderId: crypto.randomUUID() }),
        'keyed',
      );
      const first = await callKeyed('k');
      expect(await callKeyed('k')).toEqual({ ...first, headers: { 'idempotent-replayed': 'true' } });
      expect(await database.items(orders.tableName)).toHaveLength(1);
      expect(runs()).toBe(2);
      expect(events()).toEqual(['committed', 'replayed']);
    });

    it('of many at the same time all get the same answer', async () => {
      const orders = await createTable('orderId');
      const { callKeyed } = await protect((writes) => writes.insert(orders, { orderId: crypto.randomUUID() }), 'keyed');
      const answers = await Promise.all(Array.from({ length: 20 }, () => callKeyed('k')));
      expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
      expect(answers.filter(({ headers }) => headers?.['idempotent-replayed'] === undefined)).toHaveLength(1);
      expect(await database.items(orders.tableName)).toHaveLength(1);
    });

    it('another payload is refused, and the key is free again once the record has expired', async () => {
      const orders = await createTable('orderId');
      const { callKeyed, clock } = await protect(
        (writes) => writes.insert(orders, { orderId: crypto.randomUUID() }),
        'keyed',
      );
      await callKeyed('k', { amount: 1 });
      expect(await callKeyed('k', { amount: 2 })).toMatchObject({ statusCode: 422 });
      clock.advance(86_401_000);
      expect(await callKeyed('k', { amount: 2 })).toMatchObject({ statusCode: 201 });
    });

    it('an operation without writes is remembered too', async () => {
      const { callKeyed } = await protect(() => undefined, 'keyed');
      await callKeyed('k');
      expect(await callKeyed('k')).toMatchObject({ body: 'run 1' });
    });

    it('missing is refused', async () => {
      const { call, runs } = await protect(() => undefined, 'keyed');
      expect(codeOf(await call())).toBe('ILLEGAL_ARGUMENT');
      expect(runs()).toBe(0);
    });

    it('nothing is remembered of what was refused', async () => {
      const orders = await createTable('orderId');
      let orderId = '1';
      const { callKeyed, recordsTable } = await protect((writes) => writes.insert(orders, { orderId }), 'keyed');
      await callKeyed('one');
      expect(codeOf(await callKeyed('two'))).toBe('DUPLICATE');
      expect(await database.items(recordsTable)).toHaveLength(1);
      orderId = '2';
      expect(await callKeyed('two')).toMatchObject({ statusCode: 201 });
    });
  });

  describe('a handler that fails', () => {
    it.each([
      ['throws', () => Promise.reject(new RangeError('declined'))],
      ['answers 500', () => ({ statusCode: 500 })],
    ])('G42: (%s) has written and remembered nothing', async (_name, fail) => {
      const orders = await createTable('orderId');
      const { callKeyed, recordsTable } = await protect((writes) => {
        writes.insert(orders, { orderId: '1' });
        return fail();
      }, 'keyed');
      await callKeyed('k').catch((error: unknown) => expect(error).toBeInstanceOf(RangeError));
      expect(await database.items(orders.tableName)).toEqual([]);
      expect(await database.items(recordsTable)).toEqual([]);
    });

    it('G42: has written nothing when Middy answered for it, and may not write any more', async () => {
      const orders = await createTable('orderId');
      const late = Promise.withResolvers<unknown>();
      const handler = middy(
        async (_event: unknown, { writes }: WritesContext) => {
          writes.insert(orders, { orderId: '1' });
          await new Promise((resolve) => setTimeout(resolve, 300));
          try {
            late.resolve(writes.insert(orders, { orderId: '2' }));
          } catch (error) {
            late.resolve(error);
          }
        },
        { timeoutEarlyInMillis: 50, timeoutEarlyResponse: () => stillRunning({ statusCode: 202 }) },
      ).use(uniqueIndex({ client: database.client }));
      const endMs = Date.now() + 200;
      const context = lambdaContext({ getRemainingTimeInMillis: () => endMs - Date.now() });
      expect(await handler(httpApiEvent(), context as never)).toEqual({ statusCode: 202 });
      expect(await late.promise).toMatchObject({ message: expect.stringContaining('answered already') });
      expect(await database.items(orders.tableName)).toEqual([]);
    });

    it('to write gets DynamoDB’s own error: nothing is called a duplicate that is none', async () => {
      const { call, events } = await protect((writes) => {
        writes.put({ tableName: 'no-such-table', partitionKey: 'id' }, { id: '1' });
      });
      await expect(call()).rejects.toThrow(/no-such-table/);
      expect(events()).toEqual([]);
    });
  });
});
