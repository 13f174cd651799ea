import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createClient } from '../../infra/local/dynamodb-client.ts';
import type { LocalStack } from '../../infra/local/local-stack.ts';

/** As much to sell as a storm asks for. */
export const fillStock = async ({ endpoint, tables }: Pick<LocalStack, 'endpoint' | 'tables'>): Promise<void> => {
  const [, tableName] = Object.entries(tables).find(([logicalId]) => logicalId.startsWith('Stock')) ?? [];
  const client = createClient(endpoint);
  await client.send(
    new PutItemCommand({ TableName: tableName, Item: { sku: { S: 'mouse' }, available: { N: '100000' } } }),
  );
  client.destroy();
};
