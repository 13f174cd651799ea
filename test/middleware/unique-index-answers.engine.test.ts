import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  fromHeader,
  type HttpResponse,
  type IdempotencyEvent,
  type OnAnswer,
  type UniqueIndexOptions,
  uniqueIndex,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const allowOrigin: OnAnswer = (answer, { event }) => ({
  ...answer,
  headers: { ...answer.headers, 'access-control-allow-origin': event.headers.origin },
});
const shaped = { 'access-control-allow-origin': 'o' };

onEachEngine((database) => {
  /** A handler that inserts an order and answers one status after the other, and then 201. */
  const inserting = async (
    { keyed, ...options }: Omit<UniqueIndexOptions, 'key' | 'store'> & { keyed: boolean },
    statuses: (number | string)[] = [],
  ) => {
    const orders = { tableName: await database.createTable({ partitionKey: 'orderId' }), partitionKey: 'orderId' };
    const events: IdempotencyEvent[] = [];
    const records = { tableName: await database.createTable(), client: database.client };
    const remembering = keyed
      ? { key: fromHeader('idempotency-key'), store: dynamoDBStore(records) }
      : { client: database.client };
    const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
      writes.insert(orders, { orderId: 'o-1' });
      return { statusCode: statuses.shift() ?? 201 };
    }).use(uniqueIndex({ ...options, ...remembering, onEvent: (event) => events.push(event) } as UniqueIndexOptions));
    const call = (key = 'k-1', body: object = {}) =>
      handler(
        httpApiEvent({ headers: { 'idempotency-key': key, origin: 'o' }, body }),
        lambdaContext() as never,
      ) as Promise<unknown> as Promise<HttpResponse>;
    const stored = async () => (await database.items(orders.tableName)).length;
    return { call, stored, events: () => events.map(({ type }) => type) };
  };

  describe.each([undefined, null])('a callback about a refused write that returns %s', (nothing) => {
    it('G316: has no say: over HTTP the write is refused as by default, and an event tells', async () => {
      const { call, events } = await inserting({ keyed: false, onDuplicate: async () => nothing });
      expect(await call()).toEqual({ statusCode: 201 });
      const refusal = await call('k-2', { another: true });
      expect(refusal).toMatchObject({ statusCode: 409, body: expect.stringContaining('"code":"DUPLICATE"') });
      expect(events()).toEqual(['committed', 'refused', 'callback-failed']);
    });

    it.each([true, false])('G316: is the answer of an `otherwise` outside HTTP alone (HTTP: %s)', async (isHttp) => {
      const stocks = { tableName: await database.createTable({ partitionKey: 'stock' }), partitionKey: 'stock' };
      const events: IdempotencyEvent[] = [];
      const condition = { UpdateExpression: 'SET #n = :n', ConditionExpression: 'attribute_exists(stock)' };
      const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
        const names = { ExpressionAttributeNames: { '#n': 'n' }, ExpressionAttributeValues: { ':n': 1 } };
        writes.update(stocks, { stock: 's-1' }, { ...condition, ...names }, { otherwise: () => nothing });
        return { statusCode: 201 };
      }).use(uniqueIndex({ client: database.client, quiet: true, onEvent: (event) => events.push(event) }));
      const answer: unknown = await handler(isHttp ? httpApiEvent() : { stock: 's-1' }, lambdaContext() as never);
      const failed = events.filter(({ type }) => type === 'callback-failed').map(({ callback }) => callback);
      if (!isHttp) expect([answer, failed]).toEqual([nothing, []]);
      else {
        expect(answer).toMatchObject({ statusCode: 409, body: expect.stringContaining('"code":"CONDITION_FAILED"') });
        expect(failed).toEqual(['otherwise']);
      }
    });
  });

  describe.each([true, false])('under uniqueIndex (with a key: %s)', (keyed) => {
    it.each([400, '422', 429, 500, '503'])(
      'G167: an answer of %s drops the writes, and a repeat runs',
      async (status) => {
        const { call, stored, events } = await inserting({ keyed }, [status]);
        expect(await call()).toEqual({ statusCode: status });
        expect(await stored()).toBe(0);
        expect(await call('k-1', { corrected: true })).toEqual({ statusCode: 201 });
        expect(await stored()).toBe(1);
        expect(events()).toEqual(['writes-discarded', 'committed']);
      },
    );

    it.each([402, '409', 423])('G167: an answer of %s commits the writes', async (status) => {
      const { call, stored } = await inserting({ keyed }, [status]);
      expect(await call()).toEqual({ statusCode: status });
      expect(await stored()).toBe(1);
    });

    it.each([
      ['false', () => false],
      ['unknown', () => 'unknown' as const],
      ['a promise of false', async () => false],
    ])('G167: storeResponse that says %s drops the writes', async (_name, storeResponse) => {
      const { call, stored, events } = await inserting({ keyed, storeResponse });
      expect(await call()).toEqual({ statusCode: 201 });
      expect(await stored()).toBe(0);
      expect(events()).toEqual(['writes-discarded']);
    });

    it('G167: storeResponse that says true commits the writes of any answer, and one that throws has no say', async () => {
      const kept = await inserting({ keyed, storeResponse: ({ statusCode }) => statusCode === 500 }, [500]);
      expect(await kept.call()).toEqual({ statusCode: 500 });
      expect(await kept.stored()).toBe(1);
      const storeResponse = () => {
        throw new Error('no say');
      };
      const failing = await inserting({ keyed, storeResponse }, [400]);
      for (const statusCode of [400, 201]) expect(await failing.call()).toEqual({ statusCode });
      expect(await failing.stored()).toBe(1);
      expect(failing.events()).toEqual(['callback-failed', 'writes-discarded', 'callback-failed', 'committed']);
    });
  });

  describe('onAnswer of uniqueIndex', () => {
    it('G165: shapes duplicates, replays and mismatches, and not the handler’s own answers', async () => {
      const { call } = await inserting({ keyed: true, onAnswer: allowOrigin });
      expect(await call()).toEqual({ statusCode: 201 });
      expect(await call()).toEqual({ statusCode: 201, headers: { 'idempotent-replayed': 'true', ...shaped } });
      expect(await call('k-1', { other: 1 })).toMatchObject({ statusCode: 422, headers: shaped });
      const duplicate = await call('k-2');
      expect(duplicate).toMatchObject({ statusCode: 409, headers: shaped });
      expect(JSON.parse(duplicate.body ?? '')).toMatchObject({
        code: 'DUPLICATE',
        instance: expect.stringMatching(/^urn:middy-idempotency:record:pay%23/),
      });
    });

    it('G165: shapes what onDuplicate answers', async () => {
      const onDuplicate = () => ({ statusCode: 303, headers: { location: '/orders/o-1' } });
      const { call } = await inserting({ keyed: false, onAnswer: allowOrigin, onDuplicate });
      expect(await call()).toEqual({ statusCode: 201 });
      expect(await call()).toEqual({ statusCode: 303, headers: { location: '/orders/o-1', ...shaped } });
    });
  });
});
