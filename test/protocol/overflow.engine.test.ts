import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  fromBody,
  type IdempotencyEvent,
  type IdempotentContext,
  idempotencyKey,
  type ResultOverflow,
  uniqueIndex,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { s3Overflow } from '../../functions/idempotency/entries/s3.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { barrier } from '../support/barrier.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { startS3 } from '../support/s3.ts';

const key = (event: unknown) => (event as { id: string }).id;

/** Base64 of random bytes compresses to three quarters. */
const megabytes = (count: number) => ({ list: randomBytes(count * 750_000).toString('base64') });

const memoryOverflow = () => {
  const objects = new Map<string, Uint8Array>();
  const overflow: ResultOverflow = {
    put: async (name, data) => {
      objects.set(name, data);
    },
    get: async (name) => objects.get(name),
  };
  return { overflow, objects };
};

/** The time of day, moved by the test; of finer resolution than milliseconds, as a user's clock may be. */
const shiftedClock = () => {
  let shiftMs = 0;
  return {
    now: () => performance.timeOrigin + performance.now() + shiftMs,
    advance: (ms: number) => {
      shiftMs += ms;
    },
  };
};

const down = () => Promise.reject(new Error('down'));

onEachEngine((database) => {
  /** A handler of plain events whose result does not fit an item. */
  const protect = async (
    overflow: ResultOverflow | undefined,
    run: (context: IdempotentContext) => unknown = () => megabytes(1),
  ) => {
    const clock = shiftedClock();
    const events: IdempotencyEvent[] = [];
    const tableName = await database.createTable();
    const store = dynamoDBStore({ tableName, client: database.client, ...(overflow && { overflow }) });
    let runs = 0;
    const handler = middy(async (_event: unknown, context: IdempotentContext) => {
      runs += 1;
      return run(context);
    }).use(idempotencyKey({ key, store, now: clock.now, onEvent: (event) => events.push(event) }));
    return {
      tableName,
      clock,
      call: (remainingMs = 6000, event: unknown = { id: 'k-1' }): Promise<unknown> =>
        handler(event, lambdaContext({ getRemainingTimeInMillis: () => remainingMs }) as never),
      runs: () => runs,
      events: () => events.map(({ type }) => type),
      troubles: () => events.flatMap(({ error }) => (error instanceof Error ? [error.message] : [])),
    };
  };

  describe('a result that does not fit an item', () => {
    it('G44: of 5 MB is kept in S3 and replayed, and the record names its object', async () => {
      const s3 = await startS3();
      const overflow = s3Overflow({ bucket: 'results', client: s3.client });
      const { call, runs, events, tableName } = await protect(overflow, () => megabytes(5));
      const first = await call();
      expect(await call()).toEqual(first);
      expect([runs(), events()]).toEqual([1, ['claimed', 'completed', 'replayed']]);
      const [{ id, owner, encoding, result } = {}] = await database.items(tableName);
      expect([encoding, result]).toEqual(['overflow', expect.stringMatching(/\/[\w-]{43}\.zst$/)]);
      expect(result).toContain(`${id}/${owner}/`);
      expect([...s3.objects.keys()]).toEqual([`results/idempotency/${result}`]);
    });

    it('is decoded afresh for each replay', async () => {
      const { call } = await protect(memoryOverflow().overflow);
      const first = structuredClone(await call());
      Object.assign((await call()) as object, { edited: true });
      expect(await call()).toEqual(first);
    });

    it('is kept after a failure that passed', async () => {
      const { overflow } = memoryOverflow();
      let failures = 0;
      const put: ResultOverflow['put'] = async (...object) => {
        failures += 1;
        if (failures < 3) throw new Error('down');
        return overflow.put(...object);
      };
      const { call, events } = await protect({ ...overflow, put });
      const first = await call();
      expect(await call()).toEqual(first);
      expect(events()).toEqual(['claimed', 'completed', 'replayed']);
    });

    it('is written before the record that names it', async () => {
      const { overflow } = memoryOverflow();
      const { opened, open } = barrier();
      const put: ResultOverflow['put'] = async (...object) => {
        await opened;
        return overflow.put(...object);
      };
      const { call, tableName } = await protect({ ...overflow, put });
      const first = call();
      await expect.poll(async () => (await database.items(tableName))[0]?.['status']).toBe('IN_PROGRESS');
      open();
      await first;
      expect(await database.items(tableName)).toMatchObject([{ status: 'COMPLETED', encoding: 'overflow' }]);
    });

    it('of an owner who was taken over never replaces that of the new owner', async () => {
      const zombie = barrier();
      const { overflow, objects } = memoryOverflow();
      const { call, clock, events } = await protect(overflow, async ({ idempotency }) => {
        if (idempotency.attempt === 1) await zombie.opened;
        return { ...megabytes(1), attempt: idempotency.attempt };
      });
      const late = call(3_600_000);
      await expect.poll(events).toEqual(['claimed']);
      clock.advance(3_601_001);
      const second = await call();
      clock.advance(-3_600_000);
      zombie.open();
      await late;
      expect(objects.size).toBe(2);
      expect(await call()).toEqual(second);
      expect(second).toMatchObject({ attempt: 2 });
      expect(events()).toEqual(['claimed', 'claimed', 'completed', 'lease-lost', 'replayed']);
    });
  });

  describe('an overflow that fails', () => {
    it.each([
      { trouble: 'is down', put: down },
      { trouble: 'never answers', put: () => new Promise<never>(() => undefined) },
    ])(
      'at completion ($trouble): the caller gets its result, a repeat is refused, nothing runs again',
      async ({ put }) => {
        const { overflow } = memoryOverflow();
        const { call, runs, events, troubles } = await protect({ ...overflow, put });
        expect(await call(1000)).toHaveProperty('list');
        await expect(call()).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE', retryable: false });
        expect(runs()).toBe(1);
        expect(events()).toEqual(['claimed', 'result-unavailable', 'completed', 'refused']);
        expect(troubles()).toHaveLength(1);
      },
    );

    it('for good is not tried again', async () => {
      const s3 = await startS3();
      s3.fail({ status: 403, code: 'AccessDenied' });
      const { call, events, troubles } = await protect(s3Overflow({ bucket: 'results', client: s3.client }));
      await call();
      expect(events()).toEqual(['claimed', 'result-unavailable', 'completed']);
      expect(troubles().join()).toContain('Grant the function s3:PutObject');
      expect(s3.requests()).toBe(1);
    });

    it('at replay refuses the repeat until it is back, and runs nothing', async () => {
      const s3 = await startS3();
      const { call, runs, events } = await protect(s3Overflow({ bucket: 'results', client: s3.client }));
      const first = await call();
      s3.fail({ status: 503, code: 'SlowDown' });
      await expect(call()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      s3.fail({ status: 403, code: 'AccessDenied' });
      await expect(call()).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE', retryable: false });
      s3.fail(undefined);
      expect(await call()).toEqual(first);
      expect(runs()).toBe(1);
      expect(events()).toEqual(['claimed', 'completed', 'store-unavailable', 'refused', 'replayed']);
    });

    it('to answer at replay refuses the repeat in time', async () => {
      const { overflow } = memoryOverflow();
      const { call, runs } = await protect({ ...overflow, get: () => new Promise<never>(() => undefined) });
      await call();
      await expect(call(500)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(runs()).toBe(1);
    });
  });

  it.each([
    { what: 'is gone', damage: (objects: Map<string, Uint8Array>) => objects.clear() },
    {
      what: 'has been changed',
      damage: (objects: Map<string, Uint8Array>) => {
        for (const name of objects.keys()) objects.set(name, new Uint8Array([255, 255]));
      },
    },
  ])('an object that $what refuses the repeat, and runs nothing', async ({ damage }) => {
    const { overflow, objects } = memoryOverflow();
    const { call, runs } = await protect(overflow);
    await call();
    damage(objects);
    await expect(call()).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE', retryable: false });
    expect(runs()).toBe(1);
  });

  it('a record that names an object, read without an overflow, refuses the repeat', async () => {
    const { call, tableName } = await protect(memoryOverflow().overflow);
    await call();
    const store = dynamoDBStore({ tableName, client: database.client });
    const handler = middy(async () => 'run again').use(idempotencyKey({ key, store }));
    await expect(handler({ id: 'k-1' }, lambdaContext() as never)).rejects.toMatchObject({
      code: 'RESULT_UNAVAILABLE',
    });
  });

  it('a result that fits goes into the record alone', async () => {
    const { overflow, objects } = memoryOverflow();
    const { call } = await protect(overflow, () => ({ small: true }));
    await call();
    expect(await call()).toEqual({ small: true });
    expect(objects.size).toBe(0);
  });

  it('under uniqueIndex with a key the answer overflows too', async () => {
    const orders = { tableName: await database.createTable({ partitionKey: 'orderId' }), partitionKey: 'orderId' };
    const { overflow, objects } = memoryOverflow();
    const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client, overflow });
    const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
      writes.insert(orders, { orderId: crypto.randomUUID() });
      return { statusCode: 201, body: megabytes(1).list };
    }).use(uniqueIndex({ key: fromBody('orderNo'), store }));
    const event = httpApiEvent({ body: { orderNo: '1' } });
    const call = () => handler(event as never, lambdaContext() as never) as Promise<{ body: string }>;
    const { body } = await call();
    expect(await call()).toMatchObject({ statusCode: 201, body, headers: { 'idempotent-replayed': 'true' } });
    expect(await database.items(orders.tableName)).toHaveLength(1);
    objects.clear();
    expect(JSON.parse((await call()).body)).toMatchObject({ code: 'RESULT_UNAVAILABLE' });
  });
});

it('the store in memory takes an overflow too', async () => {
  const { overflow, objects } = memoryOverflow();
  const handler = middy(async () => megabytes(1)).use(idempotencyKey({ key, store: memoryStore({ overflow }) }));
  const call = () => handler({ id: 'k-1' }, lambdaContext() as never);
  const first = await call();
  expect(await call()).toEqual(first);
  expect(objects.size).toBe(1);
});

it('an overflow that is none is refused when the function loads', () => {
  expect(() => dynamoDBStore({ tableName: 'records', overflow: {} as never })).toThrow(
    'dynamoDBStore: option `overflow` must be an object with the methods put, get',
  );
});
