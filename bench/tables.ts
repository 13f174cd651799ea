import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connection } from './connection.ts';

/** Creates a table that nothing else uses. */
export const createTable = async (endpoint: string): Promise<string> => {
  const tableName = `bench-${crypto.randomUUID()}`;
  await new DynamoDBClient(connection(endpoint)).send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  return tableName;
};
