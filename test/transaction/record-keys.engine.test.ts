import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  fromHeader,
  idempotencyKey,
  issueToken,
  type Table,
  uniqueIndex,
  type Writes,
} from '../../functions/idempotency/entries/main.ts';
import { powertoolsRecords } from '../../functions/idempotency/entries/powertools.ts';
import { anyEngine, openDatabase } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { unique } from './harness.ts';

const database = openDatabase(anyEngine());
const { client } = database;
const { request, itemsOf } = unique(database);

const payment = () => httpApiEvent({ headers: { 'idempotency-key': 'k' }, body: { amount: 1 } });
const paid = { statusCode: 201, body: 'paid' };
const pay = (middleware: unknown) =>
  middy(async () => paid).use(middleware as middy.MiddlewareObj)(payment() as never, lambdaContext() as never);
const quiet = { quiet: true };

const condition = { ConditionExpression: 'attribute_exists(a)' };
const verbs: [string, (writes: Writes, table: Table, item: Record<string, unknown>) => void][] = [
  ['insert', (writes, table, item) => writes.insert(table, item)],
  ['put', (writes, table, item) => writes.put(table, item)],
  ['update', (writes, table, item) => writes.update(table, item, { UpdateExpression: 'SET a = b' })],
  ['delete', (writes, table, item) => writes.delete(table, item)],
  ['check', (writes, table, item) => writes.check(table, item, condition)],
];

interface Layout {
  partitionKey: string;
  sortKey?: string;
  keyPrefix?: string;
}

const layouts: [string, Layout][] = [
  ['a partition key', { partitionKey: 'id' }],
  ['a partition key and a prefix', { partitionKey: 'pk', keyPrefix: 'idempotency#' }],
  ['both keys', { partitionKey: 'pk', sortKey: 'sk' }],
  ['both keys and a prefix', { partitionKey: 'pk', sortKey: 'sk', keyPrefix: 'idempotency#' }],
];

/** A table with a record of each kind, and its declaration for items. */
const recordsIn = async ({ keyPrefix, ...keys }: Layout) => {
  const tableName = await database.createTable(keys);
  const store = dynamoDBStore({ tableName, client, ...keys, ...(keyPrefix && { keyPrefix }) });
  const key = fromHeader('Idempotency-Key');
  await pay(idempotencyKey({ store, namespace: 'pay, ä', ...quiet }));
  await pay(uniqueIndex({ store, key, namespace: 'insert', ...quiet }));
  await issueToken(store, { scope: 'us' });
  const table: Table = { tableName, ...keys };
  return { store, table, records: await itemsOf(table) };
};

const powertoolsIn = async (hashFunction: string, sortKeyAttr?: string) => {
  const keys = { partitionKey: 'id', ...(sortKeyAttr && { sortKey: sortKeyAttr }) };
  const tableName = await database.createTable(keys);
  const options = { tableName, client, hashFunction, keyPrefix: 'pay', ...(sortKeyAttr && { sortKeyAttr }) };
  await pay(idempotencyKey({ ...powertoolsRecords(options), ...quiet }));
  const table: Table = { tableName, ...keys };
  return { table, records: await itemsOf(table) };
};

const expectAllRefused = async (table: Table, items: readonly Record<string, unknown>[], count: number) => {
  expect(items).toHaveLength(count);
  for (const item of items) {
    for (const [verb, write] of verbs) {
      await expect(
        request((writes) => write(writes, table, item)),
        verb,
      ).rejects.toThrow(
        `writes.${verb}: the item has the key of an idempotency record, which table "${table.tableName}" has too. ` +
          'Choose another key, give the store a `keyPrefix`',
      );
    }
  }
};

describe.each(layouts)('G318: where records have %s', (_name, layout) => {
  it('no verb writes to one, nor to where one would be', async () => {
    const { table, records } = await recordsIn(layout);
    await expectAllRefused(table, records, 3);
    const { sortKey: _, ...undeclared } = table;
    await expect(request((writes) => writes.insert(undeclared, records[0] ?? {}))).rejects.toThrow(
      'idempotency record',
    );
    const byArn = { ...table, tableName: `arn:aws:dynamodb:eu-west-1:1:table/${table.tableName}` };
    await expectAllRefused(byArn, records, 3);
    expect(await itemsOf(table)).toEqual(records);
  });

  it('items lie beside them, and in other tables under any key', async () => {
    const { table, records } = await recordsIn(layout);
    const sortKey = layout.sortKey && { [layout.sortKey]: 'idempotency' };
    for (const id of ['o-1', 'order#o-1', `${layout.keyPrefix ?? ''}order#${'1'.repeat(8)}`]) {
      const item = { [layout.partitionKey]: id, ...sortKey };
      expect(await request((writes) => writes.insert(table, item))).toMatchObject({ statusCode: 201 });
    }
    const { keyPrefix: _, ...keys } = layout;
    const elsewhere = { ...table, tableName: await database.createTable(keys) };
    expect(await request((writes) => writes.insert(elsewhere, records[0] ?? {}))).toMatchObject({ statusCode: 201 });
  });

  it('a forged record doesn’t answer a payment', async () => {
    const options = { namespace: 'pay', scope: () => 'shop', ...quiet };
    const { store, table } = await recordsIn(layout);
    const { keyPrefix: _, ...keys } = layout;
    const ownTable = await database.createTable(keys);
    const forger = middy(async () => ({ statusCode: 201, body: 'forged' })).use(
      idempotencyKey({ ...options, store: dynamoDBStore({ client, ...layout, tableName: ownTable }) }),
    );
    await forger(payment() as never, lambdaContext() as never);
    const [forged = {}] = await itemsOf({ ...table, tableName: ownTable });
    await request((writes) => writes.insert(table, forged)).catch(() => undefined);
    expect(await pay(idempotencyKey({ ...options, store }))).toMatchObject({ body: 'paid' });
  });
});

it.each([
  ['md5', undefined],
  ['md5', 'sk'],
  ['sha1', undefined],
  ['sha256', 'sk'],
  ['sha512', undefined],
])('G318: records of Powertools, by %s and with the sort key %s, aren’t written to', async (hash, sortKey) => {
  const { table, records } = await powertoolsIn(hash, sortKey);
  await expectAllRefused(table, records, 1);
});
