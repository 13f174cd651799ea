import middy from '@middy/core';
import { describe, expect, it, vi } from 'vitest';
import { memoryCache } from '../../functions/idempotency/entries/cache.ts';
import {
  dynamoDBStore,
  fromHeader,
  type IdempotencyKeyOptions,
  idempotencyKey,
  issueToken,
  singleUseToken,
  type Table,
  uniqueIndex,
  type Writes,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { emfMetrics } from '../../functions/idempotency/entries/metrics.ts';
import { barrier } from '../support/barrier.ts';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { type Sent, startMeter } from '../support/meter.ts';
import { type Cost, keyedWrites, metricsLineBytes, paths, recordBytes } from './paths.ts';

const costOf = ({ actions, writeUnits, readUnits }: Sent): Cost => ({ trips: actions.length, writeUnits, readUnits });

const event = httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: {} });
const created = { statusCode: 201, body: 'made' };

onEachEngineAndClient((database) => {
  const createStore = async () => {
    const { endpoint, take } = await startMeter(database.endpoint);
    const client = database.openClient({ endpoint });
    const store = dynamoDBStore({ tableName: await database.createTable(), client });
    return { client, store, take };
  };

  describe('the cost of idempotencyKey', () => {
    const protect = async (run: () => unknown, options: IdempotencyKeyOptions = {}) => {
      const { store, take } = await createStore();
      const handler = middy(async () => run()).use(idempotencyKey({ store, ...options }));
      return { call: () => handler(event, lambdaContext() as never), take };
    };

    it('first: 2 round trips and write units; replay: 1', async () => {
      const { call, take } = await protect(() => created);
      await call();
      expect(costOf(take())).toEqual(paths.first);
      await call();
      expect(costOf(take())).toEqual(paths.replay);
    });

    it('G244: a record takes at most 500 bytes besides its answer, a line of metrics 700 in all', async () => {
      const tableName = await database.createTable();
      const store = dynamoDBStore({ tableName, client: database.client });
      const lines: string[] = [];
      vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
      const handler = middy(async () => created).use(
        idempotencyKey({ store, onEvent: emfMetrics({ dimensions: { Service: 'payments' } }) }),
      );
      await handler(
        httpApiEvent({ headers: { 'idempotency-key': crypto.randomUUID() }, body: {} }),
        lambdaContext() as never,
      );
      vi.restoreAllMocks();
      const [{ result, ...record } = {}] = await database.items(tableName);
      const bytes = Buffer.byteLength(Object.entries(record).flat().join(''));
      expect([bytes, result]).toEqual([expect.any(Number), JSON.stringify(created)]);
      expect(bytes).toBeGreaterThan(recordBytes / 2);
      expect(bytes).toBeLessThanOrEqual(recordBytes);
      expect(lines.join('').length).toBeGreaterThan(metricsLineBytes / 2);
      expect(lines.join('').length).toBeLessThanOrEqual(metricsLineBytes);
    });

    it.each([650, 750, 835, 900, 1000, 1024, 1200])(
      'G296: with a result of %i bytes that can be compressed: 2 write units, and 1 for a replay',
      async (bytes) => {
        const answer = { statusCode: 201, body: '' };
        const body = 'made '.repeat(300).slice(0, bytes - JSON.stringify(answer).length);
        const { call, take } = await protect(() => ({ ...answer, body }));
        await call();
        expect(take()).toMatchObject({ writeUnits: 2 });
        await call();
        expect(take()).toMatchObject({ writeUnits: 1 });
      },
    );

    it('in progress: 1 round trip', async () => {
      const { opened, open } = barrier();
      const { call, take } = await protect(() => opened);
      const first = call();
      await expect.poll(() => take().writeUnits).toBe(1);
      await call();
      expect(costOf(take())).toEqual(paths.inProgress);
      open();
      await first;
    });

    it('failed: 2 round trips and write units', async () => {
      const { call, take } = await protect(() => ({ statusCode: 500 }));
      await call();
      expect(costOf(take())).toEqual(paths.failed);
    });

    it('replay with readFirst: half a read unit', async () => {
      const { call, take } = await protect(() => created, { readFirst: true });
      await call();
      take();
      await call();
      expect(costOf(take())).toEqual(paths.replayReadFirst);
    });

    it('replay from the cache: nothing', async () => {
      const { call, take } = await protect(() => created, { cache: memoryCache({ maxBytes: 10_000 }) });
      await call();
      take();
      await call();
      expect(costOf(take())).toEqual(paths.replayFromCache);
    });
  });

  describe('the cost of a token', () => {
    it('G53: issued 1, consumed and reused 2 write units, 1 round trip each', async () => {
      const { store, take } = await createStore();
      const token = await issueToken(store, { scope: 'anonymous' });
      expect(costOf(take())).toEqual(paths.tokenIssued);
      const handler = middy(async () => created).use(singleUseToken({ store }));
      const call = () => handler(httpApiEvent({ headers: { token } }), lambdaContext() as never);
      await call();
      expect(costOf(take())).toEqual(paths.tokenConsumed);
      await call();
      expect(costOf(take())).toEqual(paths.tokenReused);
    });
  });

  describe('the cost of uniqueIndex', () => {
    it('one insert without a key: 1 round trip and write unit, first and repeated', async () => {
      const orders = { tableName: await database.createTable({ partitionKey: 'orderId' }), partitionKey: 'orderId' };
      const { client, take } = await createStore();
      const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
        writes.insert(orders, { orderId: '1' });
        return created;
      }).use(uniqueIndex({ client }));
      await handler(event, lambdaContext() as never);
      expect(costOf(take())).toEqual(paths.insert);
      await handler(event, lambdaContext() as never);
      expect(costOf(take())).toEqual(paths.insertRepeated);
    });

    it('unique values: 1 round trip, and 2 write units for the item and for each value taken or given up', async () => {
      const tableName = await database.createTable({ partitionKey: 'id' });
      const users: Table = { tableName, partitionKey: 'id', unique: ['email', ['country', 'taxNo']] };
      const { client, take } = await createStore();
      const cost = async (write: (writes: Writes) => void) => {
        const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
          write(writes);
          return created;
        }).use(uniqueIndex({ client }));
        await handler(event, lambdaContext() as never);
        const { actions, writeUnits, readUnits } = take();
        expect([actions.length, readUnits]).toEqual([1, 0]);
        return writeUnits;
      };
      const user = { id: '1', email: 'a', country: 'AT', taxNo: '7' };
      const renamed = { ...user, email: 'b' };
      const changes = { email: { from: 'a', to: 'b' } };
      const touch = { UpdateExpression: 'SET seen = :yes', ExpressionAttributeValues: { ':yes': true } };
      expect(await cost((writes) => writes.insert(users, { id: '2' }))).toBe(1);
      expect(await cost((writes) => writes.insert(users, user))).toBe(6);
      expect(await cost((writes) => writes.insert(users, { id: '3', email: 'a' }))).toBe(4);
      expect(await cost((writes) => writes.update(users, { id: '1' }, touch))).toBe(2);
      expect(await cost((writes) => writes.update(users, { id: '1' }, {}, { changes }))).toBe(6);
      expect(await cost((writes) => writes.put(users, user, undefined, { replaces: renamed }))).toBe(6);
      expect(await cost((writes) => writes.delete(users, user))).toBe(6);
    });

    it('a key and n writes: 1 round trip and 2(n+1) write units, first and repeated', async () => {
      const orders = { tableName: await database.createTable({ partitionKey: 'orderId' }), partitionKey: 'orderId' };
      const { store, take } = await createStore();
      const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
        for (const orderId of ['1', '2', '3']) writes.insert(orders, { orderId });
        return created;
      }).use(uniqueIndex({ key: fromHeader('Idempotency-Key'), store }));
      await handler(event, lambdaContext() as never);
      expect(costOf(take())).toEqual(keyedWrites(3));
      await handler(event, lambdaContext() as never);
      expect(costOf(take())).toEqual(keyedWrites(3));
    });

    it('a key with readFirst: a repeat takes half a read unit, a first request that on top', async () => {
      const orders = { tableName: await database.createTable({ partitionKey: 'orderId' }), partitionKey: 'orderId' };
      const { store, take } = await createStore();
      const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
        writes.insert(orders, { orderId: '1' });
        return created;
      }).use(uniqueIndex({ key: fromHeader('Idempotency-Key'), store, readFirst: true }));
      await handler(event, lambdaContext() as never);
      expect(take()).toEqual({ actions: ['GetItem', 'TransactWriteItems'], writeUnits: 4, readUnits: 0.5 });
      await handler(event, lambdaContext() as never);
      expect(take()).toEqual({ actions: ['GetItem'], writeUnits: 0, readUnits: 0.5 });
    });
  });
});
