import {
  CreateTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { FinalState, HistoryLine } from './history/history.ts';
import type { Tables } from './workers/messages.ts';
import { stockItem } from './workers/orders.ts';

export const tables: Tables = { records: 'records', orders: 'orders', stock: 'stock', users: 'users' };

const partitionKeys: Record<keyof Tables, string> = { records: 'id', orders: 'orderId', stock: 'sku', users: 'id' };

/** More than will ever be ordered. */
const initialStock = 1_000_000;

export const createTables = async (client: DynamoDBClient): Promise<void> => {
  for (const [name, key] of Object.entries(partitionKeys)) {
    await client.send(
      new CreateTableCommand({
        TableName: tables[name as keyof Tables],
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      }),
    );
  }
  const Item = { sku: { S: stockItem }, available: { N: String(initialStock) } };
  await client.send(new PutItemCommand({ TableName: tables.stock, Item }));
};

/** Where nothing writes to tables. */
export const nothingWritten: FinalState = {
  items: [],
  guards: [],
  stock: { initial: initialStock, left: initialStock },
  users: [],
};

const isGuard = (orderId: string): boolean => orderId.startsWith('unique-guard#');

/** Who made an item is told by the history. */
export const readFinalState = async (client: DynamoDBClient, lines: readonly HistoryLine[]): Promise<FinalState> => {
  const operationOf = new Map(lines.map(({ invocation, operation }) => [invocation, operation]));
  const items: FinalState['items'][number][] = [];
  const guards: FinalState['guards'][number][] = [];
  for await (const item of scan(client, tables.orders)) {
    const orderId = item['orderId']?.S ?? '';
    const orderNo = item['orderNo']?.S;
    if (isGuard(orderId)) guards.push({ operation: operationOf.get(item['uniqueOf']?.M?.['orderId']?.S ?? '') });
    else if (orderNo !== undefined) items.push({ operation: orderNo, run: orderId, unique: true });
    else items.push({ operation: orderId, run: item['run']?.S ?? '', unique: false });
  }
  const { Item } = await client.send(new GetItemCommand({ TableName: tables.stock, Key: { sku: { S: stockItem } } }));
  const users: FinalState['users'][number][] = [];
  for await (const user of scan(client, tables.users)) users.push(user);
  return { items, guards, users, stock: { initial: initialStock, left: Number(Item?.['available']?.N) } };
};

async function* scan(client: DynamoDBClient, TableName: string) {
  let from: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey: from }),
    );
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from);
}
