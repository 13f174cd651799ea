import { DescribeTableCommand, DescribeTimeToLiveCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createClient } from '../../infra/local/dynamodb-client.ts';
import { engineKinds, startEngine } from '../../infra/local/engine.ts';
import type { TableModel } from '../../infra/local/model.ts';
import { seedStock } from '../../infra/local/seed.ts';
import { createTables } from '../../infra/local/tables.ts';
import { reasonToSkip } from '../support/machine.ts';

const tables: TableModel[] = [
  {
    logicalId: 'Records',
    name: 'records',
    timeToLiveAttribute: 'expiresAt',
    definition: {
      TableName: 'records',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byTime',
          KeySchema: [{ AttributeName: 'at', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    },
  },
  {
    logicalId: 'Stock1A2B',
    name: 'stock',
    definition: {
      TableName: 'stock',
      AttributeDefinitions: [{ AttributeName: 'sku', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'sku', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  },
];

test.for(engineKinds)(
  '%s gets the tables as they are defined, and stock to sell',
  { timeout: 60_000 },
  async (kind, { skip }) => {
    const reason = await reasonToSkip(kind);
    skip(reason !== undefined, reason);
    const engine = await startEngine(kind);
    onTestFinished(() => engine.close());
    expect(engine.kind).toBe(kind);
    await createTables(engine.endpoint, tables);
    await seedStock(engine.endpoint, tables);

    const client = createClient(engine.endpoint);
    onTestFinished(() => client.destroy());
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'records' }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      GlobalSecondaryIndexes: [{ IndexName: 'byTime', Projection: { ProjectionType: 'KEYS_ONLY' } }],
    });
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: 'records' }));
    expect(TimeToLiveDescription).toEqual({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' });
    const { Items } = await client.send(new ScanCommand({ TableName: 'stock' }));
    expect(Items).toHaveLength(3);
    expect(Items).toContainEqual({ sku: { S: 'monitor' }, available: { N: '5' } });
  },
);

test('a closed engine answers no more, and closing it again does nothing', async () => {
  const engine = await startEngine();
  await engine.close();
  await engine.close();
  await expect(fetch(engine.endpoint)).rejects.toThrow('fetch failed');
});

test('an engine that this machine cannot run is an error that says what is missing', async () => {
  vi.stubEnv('PATH', '');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  await expect(startEngine('dynamodb-local')).rejects.toThrow('needs Java 17 or newer on the PATH, found none');
});
