import { type AttributeValue, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/** All that is in a table; nothing, without one. */
export async function scanTable(client: DynamoDBClient, TableName: string | undefined): Promise<Item[]> {
  const found: Item[] = [];
  if (TableName === undefined) return found;
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    found.push(...Items);
  return found;
}
