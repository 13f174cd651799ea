import { PutCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  type DynamoDBStoreOptions,
  dynamoDBStore,
  idempotencyKey,
  uniqueIndex,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { onEachEngine, testClient } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { otherAttributes } from '../support/other-attributes.ts';

const keyed = httpApiEvent({ headers: { 'idempotency-key': 'k-1' } });
const singleTable = { partitionKey: 'PK', sortKey: 'SK', keyPrefix: 'idempotency#', attributes: otherAttributes };

onEachEngine((database) => {
  it('a record uses the names that it was given, and no others', async () => {
    const tableName = await database.createTable(singleTable);
    const store = dynamoDBStore({ tableName, client: database.client, ...singleTable });
    const answer = (run: () => unknown, namespace: string) =>
      middy(async () => run()).use(idempotencyKey({ store, namespace, keepErrors: () => true }))(
        keyed as never,
        lambdaContext() as never,
      );
    const fail = () => {
      throw new Error('declined '.repeat(1000));
    };
    await answer(() => ({ statusCode: 201 }), 'plain');
    await expect(answer(fail, 'error')).rejects.toThrow('declined');
    const items = await database.items(tableName);
    const plain = {
      PK: expect.stringMatching(/^idempotency#plain#[\w-]{43}$/),
      SK: 'idempotency',
      state: 'COMPLETED',
      by: expect.any(String),
      try: 1,
      timestamp: expect.any(Number),
      request: expect.any(String),
      key: expect.stringMatching(/^[\w-]{43}$/),
      ttl: expect.any(Number),
      hash: expect.any(String),
      data: '{"statusCode":201}',
    };
    expect(items.find(({ error }) => !error)).toEqual(plain);
    expect(items.find(({ error }) => error)).toEqual({
      ...plain,
      PK: expect.stringMatching(/^idempotency#error#/),
      format: 'zstd',
      data: expect.any(Uint8Array),
      error: true,
    });
  });

  it('a record under other names than it was written with answers any payload, and an error as a result', async () => {
    const tableName = await database.createTable();
    const opened = (attributes: DynamoDBStoreOptions['attributes'], run: () => unknown, namespace: string) => {
      const store = dynamoDBStore({ tableName, client: database.client, ...(attributes && { attributes }) });
      const options = { store, namespace, key: () => 'k', keepErrors: () => true };
      const handler = middy(async () => run()).use(idempotencyKey(options));
      return (event: object) => handler(event as never, lambdaContext() as never);
    };
    const before = opened(undefined, () => 'paid', 'f');
    await before({ amount: 1 });
    expect(await opened({ fingerprint: 'hash' }, () => 'again', 'f')({ amount: 2 })).toEqual('paid');
    const failing = opened(
      undefined,
      () => {
        throw new Error('declined');
      },
      'g',
    );
    await expect(failing({})).rejects.toThrow('declined');
    expect(await opened({ thrown: 'error' }, () => 'again', 'g')({})).toMatchObject({ error: { message: 'declined' } });
  });

  it('other data in the table is neither read nor changed', async () => {
    const tableName = await database.createTable(singleTable);
    const customer = { PK: 'customer#1', SK: 'idempotency', state: 'COMPLETED', ttl: 1 };
    await database.client.send(new PutCommand({ TableName: tableName, Item: customer }));
    const store = dynamoDBStore({ tableName, client: database.client, ...singleTable });
    await store.issue({ id: 'customer#1', keyHash: 'hash', nowMs: 0, expiresAtSeconds: 5 });
    expect(await store.read({ id: 'customer#2', nowMs: 0, consistent: true })).toBeUndefined();
    expect(await database.item(tableName, { PK: 'customer#1', SK: 'idempotency' })).toEqual(customer);
  });

  it('uniqueIndex remembers its answer in such a table too', async () => {
    const tableName = await database.createTable(singleTable);
    const store = dynamoDBStore({ tableName, client: database.client, ...singleTable });
    const orders = { tableName, partitionKey: 'PK', sortKey: 'SK' };
    const create = async (_event: unknown, { writes }: WritesContext) => {
      const PK = crypto.randomUUID();
      writes.insert(orders, { PK, SK: 'order' });
      return { statusCode: 201, body: PK };
    };
    const handler = middy(create).use(uniqueIndex({ store, key: () => 'order-1' }));
    const call = () => handler(keyed as never, lambdaContext() as never);
    const first = await call();
    expect(await call()).toEqual({ ...first, headers: { 'idempotent-replayed': 'true' } });
    expect(await database.items(tableName)).toHaveLength(2);
  });
});

describe('the layout of a table is accepted or refused when the function loads', () => {
  const open = (options: object) =>
    dynamoDBStore({
      tableName: 'records',
      client: testClient('http://127.0.0.1:1'),
      ...options,
    } as DynamoDBStoreOptions);

  it.each([
    [{ partitionKey: 'pk' }, { partitionKey: '' }, "`partitionKey` must be a non-empty string, not ''"],
    [{ sortKey: 'sk' }, { sortKey: 1 }, '`sortKey` must be a non-empty string'],
    [
      { keyPrefix: '' },
      { keyPrefix: 'x'.repeat(257) },
      '`keyPrefix` must be a well-formed string of at most 256 characters',
    ],
    [{ attributes: { result: 'data' } }, { attributes: { results: 'data' } }, 'unknown option `results`'],
    [{ attributes: { status: undefined } }, { attributes: { status: '' } }, '`status` must be a non-empty string'],
    [{ sortKey: 'sk' }, { sortKey: 'id' }, "`partitionKey` and `sortKey` are both named 'id'"],
    [
      { attributes: { status: 'owner', owner: 'status' } },
      { attributes: { status: 'owner' } },
      "`status` and `owner` are both named 'owner'",
    ],
    [{ partitionKey: 'pk' }, { partitionKey: 'status' }, "`partitionKey` and `status` are both named 'status'"],
  ])('%j and %j', (good, bad, message) => {
    expect(() => open(good)).not.toThrow();
    expect(() => open(bad)).toThrow(TypeError);
    expect(() => open(bad)).toThrow(message);
  });
});
