import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { createClient } from './dynamodb-client.ts';
import type { TableModel } from './model.ts';

/** Creates the tables as the template defines them, but those that an earlier run has kept. */
export async function createTables(endpoint: string, tables: TableModel[]): Promise<void> {
  const client = createClient(endpoint);
  try {
    for (const table of tables) {
      await createTable(client, table);
      await enableTimeToLive(client, table);
    }
  } finally {
    client.destroy();
  }
}

async function createTable(client: DynamoDBClient, { name, definition }: TableModel): Promise<void> {
  try {
    await client.send(new CreateTableCommand(definition));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (layoutOf(Table ?? {}) === layoutOf(definition)) return;
    throw new Error(`the kept table ${name} has other keys or indexes than the stack: remove the kept data`);
  }
}

type Layout = {
  KeySchema?: KeySchemaElement[] | undefined;
  GlobalSecondaryIndexes?: Index[] | undefined;
  LocalSecondaryIndexes?: Index[] | undefined;
};
type Index = { IndexName?: string | undefined; KeySchema?: KeySchemaElement[] | undefined };

/** What can't be changed by hand without the items. */
function layoutOf({ KeySchema, GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] }: Layout): string {
  const keys = (schema: KeySchemaElement[] = []) =>
    schema.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]);
  const indexes = [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map((index) => [
    index.IndexName,
    keys(index.KeySchema),
  ]);
  return JSON.stringify([keys(KeySchema), indexes.map((index) => JSON.stringify(index)).sort()]);
}

async function enableTimeToLive(client: DynamoDBClient, { name, timeToLiveAttribute }: TableModel): Promise<void> {
  if (timeToLiveAttribute === undefined) return;
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
  if (TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED') return;
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { AttributeName: timeToLiveAttribute, Enabled: true },
    }),
  );
}
