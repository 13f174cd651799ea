import middy from '@middy/core';
import {
  backfillGuards,
  checkGuards,
  type DynamoDBApi,
  type SdkClient,
  type Table,
  uniqueIndex,
  type Writes,
  type WritesContext,
} from '../../../functions/idempotency/entries/main.ts';
import { httpApiEvent, lambdaContext } from '../../support/lambda.ts';

export interface WritesSetting {
  /** Its calls are recorded. */
  client: SdkClient | DynamoDBApi;
  unrecorded: SdkClient | DynamoDBApi;
  /** A new table with the constraint `code`, whose guards are in another one. */
  table: Table;
}

type Client = WritesSetting['client'];

const commit = async (client: Client, ...steps: ((writes: Writes) => void)[]) => {
  for (const step of steps) {
    const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
      step(writes);
      return { statusCode: 201 };
    }).use(uniqueIndex({ client: client as never, quiet: true }));
    await (handler as (event: unknown, context: unknown) => Promise<unknown>)(httpApiEvent(), lambdaContext());
  }
};

const item = (id: string, code?: string) => ({ id, ...(code !== undefined && { code }) });

const touch = { UpdateExpression: 'SET seen = :yes', ExpressionAttributeValues: { ':yes': true } };

/** An item whose guard is missing, a guard whose item is gone, and a value of two items. */
const spoil = (client: Client, table: Table) => {
  const { unique: _, guards: __, ...unguarded } = table;
  return commit(
    client,
    (writes) => writes.insert(unguarded, item('1', 'a')),
    (writes) => writes.insert(table, item('2', 'b')),
    (writes) => writes.delete(unguarded, { id: '2' }),
    (writes) => writes.insert(table, item('3', 'c')),
    (writes) => writes.insert(unguarded, item('4', 'c')),
  );
};

const audit = async (goThrough: typeof checkGuards, { client, unrecorded, table }: WritesSetting) => {
  await spoil(unrecorded, table);
  for await (const _ of goThrough(table, { client: client as never }));
};

/** What each way to write to a table of one's own asks for, in all. */
export const ways: Readonly<Record<string, (setting: WritesSetting) => Promise<unknown>>> = {
  insert: ({ client, table }) =>
    commit(
      client,
      (writes) => writes.insert(table, item('1')),
      (writes) => writes.insert(table, item('2', 'b')),
      (writes) => writes.insert(table, item('3', 'b')),
    ),
  put: async ({ client, unrecorded, table }) => {
    await commit(unrecorded, (writes) => writes.insert(table, item('1', 'a')));
    await commit(
      client,
      (writes) => writes.put(table, item('1', 'b'), undefined, { replaces: item('1', 'a') }),
      (writes) => writes.put(table, item('1', 'b'), undefined, { replaces: item('1', 'b') }),
    );
  },
  update: async ({ client, unrecorded, table }) => {
    await commit(unrecorded, (writes) => writes.insert(table, item('1', 'a')));
    await commit(
      client,
      (writes) => writes.update(table, { id: '1' }, touch),
      (writes) => writes.update(table, { id: '1' }, {}, { changes: { code: { from: 'a', to: 'b' } } }),
    );
  },
  delete: async ({ client, unrecorded, table }) => {
    await commit(unrecorded, (writes) => writes.insert(table, item('1', 'a')));
    await commit(client, (writes) => writes.delete(table, item('1', 'a')));
  },
  check: ({ client, table }) =>
    commit(client, (writes) => writes.check(table, { id: '1' }, { ConditionExpression: 'attribute_not_exists(id)' })),
  checkGuards: (setting) => audit(checkGuards, setting),
  backfillGuards: (setting) => audit(backfillGuards, setting),
};
