import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, inject } from 'vitest';

export interface TestDatabase {
  client: DynamoDBDocumentClient;
  endpoint: string;
  /** Creates a table that no other test uses. */
  createTable(keys?: { partitionKey: string; sortKey?: string }): Promise<string>;
  items(tableName: string): Promise<Record<string, unknown>[]>;
  item(tableName: string, key: Record<string, unknown>): Promise<Record<string, unknown> | undefined>;
}

export const testClient = (endpoint: string): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );

export const openDatabase = (endpoint: string): TestDatabase => {
  const client = testClient(endpoint);
  return {
    client,
    endpoint,
    createTable: async ({ partitionKey, sortKey } = { partitionKey: 'id' }) => {
      const tableName = `test-${crypto.randomUUID()}`;
      const names = sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
      await client.send(
        new CreateTableCommand({
          TableName: tableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: names.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
          KeySchema: names.map((name, index) => ({ AttributeName: name, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
        }),
      );
      return tableName;
    },
    items: async (tableName) => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }));
      return Items;
    },
    item: async (tableName, key) => {
      const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
      return Item;
    },
  };
};

/** Runs the tests on every DynamoDB engine. */
export const onEachEngine = (tests: (database: TestDatabase) => void): void => {
  for (const [name, endpoint] of Object.entries(inject('engines'))) {
    describe(`on ${name}`, () => tests(openDatabase(endpoint)));
  }
};
