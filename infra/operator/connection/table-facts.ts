import { DescribeTableCommand, type DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb';

/** What DynamoDB tells of a table. Items and bytes are as of some hours ago: it counts them about every six hours. */
export interface TableFacts {
  name: string;
  partitionKey: string;
  sortKey: string | undefined;
  items: number;
  bytes: number;
  /** Read units per second, or `undefined` for on-demand. */
  provisioned: number | undefined;
  infrequentAccess: boolean;
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html */
export const readTableFacts = async (
  client: DynamoDBClient,
  name: string,
  abortSignal: AbortSignal,
): Promise<TableFacts> => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }), { abortSignal });
  const { KeySchema = [], ItemCount = 0, TableSizeBytes = 0, ...table } = Table as TableDescription;
  const keyOf = (kind: 'HASH' | 'RANGE') => KeySchema.find(({ KeyType }) => KeyType === kind)?.AttributeName;
  return {
    name,
    partitionKey: keyOf('HASH') ?? 'id',
    sortKey: keyOf('RANGE'),
    items: ItemCount,
    bytes: TableSizeBytes,
    provisioned: table.ProvisionedThroughput?.ReadCapacityUnits || undefined,
    infrequentAccess: table.TableClassSummary?.TableClass === 'STANDARD_INFREQUENT_ACCESS',
  };
};
