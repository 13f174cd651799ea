import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  fromHeader,
  type IdempotencyEvent,
  uniqueIndex,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { barrier } from '../support/barrier.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

onEachEngine((database) => {
  const protect = async (within: () => unknown = () => undefined) => {
    const proxy = await startFaultProxy(database.endpoint);
    const events: IdempotencyEvent[] = [];
    const orders = { tableName: await database.createTable({ partitionKey: 'orderId' }), partitionKey: 'orderId' };
    const client = database.openClient({ endpoint: proxy.endpoint });
    const store = dynamoDBStore({ tableName: await database.createTable(), client });
    let runs = 0;
    const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
      runs += 1;
      writes.insert(orders, { orderId: crypto.randomUUID() });
      await within();
      return { statusCode: 201, body: `run ${runs}` };
    }).use(
      uniqueIndex({
        key: fromHeader('Idempotency-Key'),
        store,
        readFirst: true,
        onEvent: (event) => events.push(event),
      }),
    );
    const call = (body: unknown = {}) =>
      handler(
        httpApiEvent({ headers: { 'idempotency-key': 'k' }, body }) as never,
        lambdaContext() as never,
      ) as Promise<Answer>;
    const inserted = async () => (await database.items(orders.tableName)).length;
    return { call, proxy, inserted, runs: () => runs, events: () => events.map(({ type }) => type) };
  };

  describe('`uniqueIndex` with a key and `readFirst`', () => {
    it('G298: a repeat gets the first answer, and the handler does not run', async () => {
      const { call, runs, inserted, events } = await protect();
      const first = await call();
      expect(await call()).toEqual({ ...first, headers: { 'idempotent-replayed': 'true' } });
      expect([runs(), await inserted()]).toEqual([1, 1]);
      expect(events()).toEqual(['committed', 'replayed']);
    });

    it('another payload is refused, and the handler does not run', async () => {
      const { call, runs, events } = await protect();
      await call({ amount: 1 });
      expect(await call({ amount: 2 })).toMatchObject({ statusCode: 422 });
      expect([runs(), events()]).toEqual([1, ['committed', 'mismatch']]);
    });

    it('G298: what the read did not see, the transaction decides', async () => {
      const { opened, open } = barrier();
      const { call, inserted, events } = await protect(() => opened);
      const both = [call(), call()];
      await expect.poll(events).toEqual([]);
      open();
      const answers = await Promise.all(both);
      expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
      expect(await inserted()).toBe(1);
      expect(events().sort()).toEqual(['committed', 'replayed']);
    });

    it('a read that fails is 503 before the handler', async () => {
      const { call, proxy, runs, events } = await protect();
      proxy.plan('GetItem', ['refuse', 'refuse', 'refuse', 'refuse']);
      expect(await call()).toMatchObject({ statusCode: 503 });
      expect([runs(), events()]).toEqual([0, ['store-unavailable']]);
    });
  });
});
