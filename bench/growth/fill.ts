import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { connection } from '../connection.ts';
import { inPool } from '../pool.ts';

/** What BatchWriteItem takes at most. */
const batchSize = 25;
const batchesAtOnce = 8;

/** Adds copies of a record of the table, under other keys. */
export const addRecords = async (endpoint: string, tableName: string, count: number): Promise<void> => {
  const client = new DynamoDBClient(connection(endpoint));
  const { Items: [record] = [] } = await client.send(new ScanCommand({ TableName: tableName, Limit: 1 }));
  if (!record) throw new Error(`${tableName} has no record to copy`);
  const put = (): { PutRequest: { Item: Record<string, AttributeValue> } } => ({
    PutRequest: { Item: { ...record, id: { S: `filler#${crypto.randomUUID()}` } } },
  });
  await inPool(Math.ceil(count / batchSize), batchesAtOnce, async (index) => {
    const writes = Array.from({ length: Math.min(batchSize, count - index * batchSize) }, put);
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: writes } }),
    );
    if (UnprocessedItems?.[tableName]) throw new Error(`${tableName} did not take all records`);
  });
  client.destroy();
};
