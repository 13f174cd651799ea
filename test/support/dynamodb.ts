import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, inject } from 'vitest';
import { leanClient } from '../../functions/idempotency/entries/lean.ts';
import type { DynamoDBApi, SdkClient } from '../../functions/idempotency/entries/main.ts';
import { engineKinds } from '../../infra/local/engine.ts';

export interface ClientSettings {
  endpoint: string;
  maxAttempts?: number;
}

export interface TestDatabase {
  /** For what the tests themselves do. */
  client: DynamoDBDocumentClient;
  /** The kind of client that the library is to use. */
  clientKind: ClientKind;
  openClient(settings?: Partial<ClientSettings>): SdkClient | DynamoDBApi;
  endpoint: string;
  /** Creates a table that no other test uses. */
  createTable(keys?: { partitionKey: string; sortKey?: string }): Promise<string>;
  items(tableName: string): Promise<Record<string, unknown>[]>;
  item(tableName: string, key: Record<string, unknown>): Promise<Record<string, unknown> | undefined>;
}

const account = { region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

const documentClient = (settings: ClientSettings): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ ...account, ...settings }), {
    marshallOptions: { removeUndefinedValues: true },
  });

export const testClient = (endpoint: string): DynamoDBDocumentClient => documentClient({ endpoint });

/** As the SDK makes it, without any limit on how long it waits for an answer; the lean client is told to wait as long. */
const clientKinds = {
  'the SDK': documentClient,
  'the lean client': (settings: ClientSettings) => leanClient({ ...account, ...settings, requestTimeoutMs: 600_000 }),
} as const;

export type ClientKind = keyof typeof clientKinds;

export const openClient = (kind: ClientKind, settings: ClientSettings): SdkClient | DynamoDBApi =>
  clientKinds[kind](settings);

export const openDatabase = (endpoint: string, clientKind: ClientKind = 'the SDK'): TestDatabase => {
  const client = testClient(endpoint);
  return {
    client,
    clientKind,
    openClient: (settings) => openClient(clientKind, { endpoint, ...settings }),
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

/** An engine for tests that differ by none. */
export const anyEngine = (): string => Object.values(inject('engines'))[0] ?? missingEngine;

/** Where the tests of an engine that doesn't run on this machine would find it: they are skipped. */
const missingEngine = 'http://engine.invalid';

/** Runs the tests on every DynamoDB engine. */
export const onEachEngine = (tests: (database: TestDatabase) => void): void => {
  const engines = inject('engines');
  for (const engine of engineKinds) {
    const endpoint = engines[engine];
    describe.skipIf(!endpoint)(`on ${engine}`, () => tests(openDatabase(endpoint ?? missingEngine)));
  }
};

/** Runs the tests on every DynamoDB engine, by each client that the library knows. */
export const onEachEngineAndClient = (tests: (database: TestDatabase) => void): void => {
  const engines = inject('engines');
  for (const engine of engineKinds) {
    const endpoint = engines[engine];
    for (const kind of Object.keys(clientKinds) as ClientKind[]) {
      describe.skipIf(!endpoint)(`on ${engine}, by ${kind}`, () =>
        tests(openDatabase(endpoint ?? missingEngine, kind)),
      );
    }
  }
};
