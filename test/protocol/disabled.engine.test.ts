import middy from '@middy/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IdempotentContext, WritesContext } from '../../functions/idempotency/entries/main.ts';
import { anyEngine, openDatabase } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const endpoint = anyEngine();
const warn = vi.spyOn(console, 'warn');

/** The library as a new execution environment loads it. */
const load = () => import('../../functions/idempotency/entries/main.ts');

const event = (headers: Record<string, string> = { 'idempotency-key': 'k' }) => httpApiEvent({ headers, body: {} });

beforeEach(() => {
  vi.resetModules();
  warn.mockReset().mockReturnValue();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.each(['1', 'true'])('with IDEMPOTENCY_DISABLED=%s', (value) => {
  beforeEach(() => {
    vi.stubEnv('IDEMPOTENCY_DISABLED', value);
  });

  it('idempotencyKey runs every request, without a table, and gives the handler what it always gets', async () => {
    const { idempotencyKey } = await load();
    const pay = vi.fn(async (_event: unknown, { idempotency }: IdempotentContext) => ({
      statusCode: 201,
      body: idempotency.deriveKey('charge'),
    }));
    const handler = middy(pay).use(idempotencyKey({ readFirst: true, wait: { upToMs: 1000 } }));
    const [first, second] = [
      await handler(event(), lambdaContext() as never),
      await handler(event(), lambdaContext() as never),
    ];
    expect(pay).toHaveBeenCalledTimes(2);
    expect(second).toEqual(first);
    expect(await handler(event({}), lambdaContext() as never)).toMatchObject({ statusCode: 400 });
  });

  it('idempotencyKey neither fills nor asks its cache', async () => {
    const { idempotencyKey } = await load();
    const records = { get: vi.fn(), set: vi.fn() };
    const cache = { of: () => records };
    const handler = middy(async () => ({ statusCode: 201 })).use(idempotencyKey({ cache }));
    await handler(event() as never, lambdaContext() as never);
    expect([records.get.mock.calls, records.set.mock.calls]).toEqual([[], []]);
  });

  it('makeIdempotent runs every call', async () => {
    const { makeIdempotent, currentOperation } = await load();
    const run = vi.fn((_id: string) => currentOperation().attempt);
    const charge = makeIdempotent(run, { name: 'charge', namespace: 'test', key: (id) => id });
    expect([await charge('o-1'), await charge('o-1')]).toEqual([1, 1]);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('warns once per execution environment, loudly', async () => {
    const { idempotencyKey, uniqueIndex } = await load();
    idempotencyKey();
    idempotencyKey();
    uniqueIndex({ key: () => 'k' });
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('NOTHING IS REMEMBERED'));
    vi.resetModules();
    (await load()).idempotencyKey();
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it.each([false, true])('singleUseToken still wants its token, with retainResult %s', async (retainResult) => {
    const { issueToken, singleUseToken } = await load();
    const { memoryStore } = await import('../../functions/idempotency/entries/testing.ts');
    const store = memoryStore();
    const pay = vi.fn(async () => ({ statusCode: 201 }));
    const handler = middy(pay).use(retainResult ? singleUseToken({ store, retainResult }) : singleUseToken({ store }));
    const token = await issueToken(store, { scope: (await load()).principalOf(event()) });
    expect(await handler(event({ token: 'made-up' }) as never, lambdaContext() as never)).toMatchObject({
      statusCode: 409,
    });
    expect(await handler(event({ token }) as never, lambdaContext() as never)).toMatchObject({ statusCode: 201 });
    await handler(event({ token }) as never, lambdaContext() as never);
    expect(pay).toHaveBeenCalledTimes(1);
    expect(warn).not.toHaveBeenCalled();
  });

  it('uniqueIndex still writes, refuses what is not unique, and remembers no answer', async () => {
    const { dynamoDBStore, fromHeader, uniqueIndex } = await load();
    const { client, createTable, items } = openDatabase(endpoint);
    const orders = {
      tableName: await createTable({ partitionKey: 'orderId' }),
      partitionKey: 'orderId',
      unique: ['orderNo'],
    };
    const tableName = await createTable();
    const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
      writes.insert(orders, { orderId: 'o-1', orderNo: 'A' });
      return { statusCode: 201 };
    }).use(uniqueIndex({ key: fromHeader('Idempotency-Key'), store: dynamoDBStore({ tableName, client }) }));
    expect(await handler(event(), lambdaContext() as never)).toEqual({ statusCode: 201 });
    expect(await handler(event(), lambdaContext() as never)).toMatchObject({ statusCode: 409 });
    expect(await handler(event({}), lambdaContext() as never)).toMatchObject({ statusCode: 400 });
    expect(await items(orders.tableName)).toHaveLength(2);
    expect(await items(tableName)).toEqual([]);
  });
});

describe.each(['0', 'false', ''])('with IDEMPOTENCY_DISABLED="%s"', (value) => {
  it('everything is guarded, in silence', async () => {
    vi.stubEnv('IDEMPOTENCY_DISABLED', value);
    const { idempotencyKey } = await load();
    const { memoryStore } = await import('../../functions/idempotency/entries/testing.ts');
    const pay = vi.fn(async () => ({ statusCode: 201 }));
    const handler = middy(pay).use(idempotencyKey({ store: memoryStore() }));
    await handler(event() as never, lambdaContext() as never);
    await handler(event() as never, lambdaContext() as never);
    expect(pay).toHaveBeenCalledTimes(1);
    expect(warn).not.toHaveBeenCalled();
  });
});

it.each(['yes', 'TRUE', ' 1', 'constructor'])(
  'IDEMPOTENCY_DISABLED=%s is refused when the function loads',
  async (value) => {
    vi.stubEnv('IDEMPOTENCY_DISABLED', value);
    const { idempotencyKey } = await load();
    expect(() => idempotencyKey()).toThrow(`must be 1, true, 0 or false, not "${value}"`);
  },
);
