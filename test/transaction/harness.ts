import { CreateTableCommand, type ScalarAttributeType, ScanCommand } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import {
  type Table,
  type UniqueIndexOptions,
  uniqueIndex,
  type Writes,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import type { TestDatabase } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

export interface Answer {
  statusCode: number;
  body?: string;
}

type Write = (writes: Writes) => unknown;
type Item = Record<string, unknown>;

/** The code of a refusal, or the status. */
export const outcomeOf = ({ statusCode, body = '' }: Answer): unknown =>
  body.startsWith('{') ? (JSON.parse(body).code ?? statusCode) : statusCode;

const isGuard = (item: Item): boolean =>
  Object.values(item).some((value) => typeof value === 'string' && value.startsWith('unique-guard#'));

/** Tables with unique constraints, and requests that write to them. */
export const unique = (database: TestDatabase) => {
  const createTable = async (unique: Table['unique'] = ['orderNo'], sortKey?: string): Promise<Table> => {
    const tableName = await database.createTable({ partitionKey: 'id', ...(sortKey && { sortKey }) });
    return { tableName, partitionKey: 'id', ...(sortKey && { sortKey }), ...(unique && { unique }) };
  };

  const createTableOfType = async (type: ScalarAttributeType): Promise<string> => {
    const TableName = `test-${crypto.randomUUID()}`;
    await database.client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: type }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    return TableName;
  };

  /** One request that writes, and what came of it. */
  const request = async (write: Write, options: UniqueIndexOptions = {}): Promise<Answer> => {
    const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
      await write(writes);
      return { statusCode: 201 };
    }).use(uniqueIndex({ client: database.client, onEvent: () => undefined, ...options } as UniqueIndexOptions));
    return (await handler(httpApiEvent({ body: {} }) as never, lambdaContext() as never)) as Answer;
  };

  const send = async (write: Write): Promise<unknown> => outcomeOf(await request(write));

  /** What the table holds, apart from the guards. */
  const itemsOf = async ({ tableName }: Table): Promise<Item[]> =>
    (await database.items(tableName)).filter((item) => !isGuard(item));

  /** Whose the guards are, by the ids of their items. Read as it lies there, since numbers may be beyond a double. */
  const holdersIn = async ({ tableName, guards }: Table): Promise<unknown[]> => {
    const scan = new ScanCommand({ TableName: guards?.tableName ?? tableName, ConsistentRead: true });
    const { Items = [] } = await database.client.send(scan);
    const owners = Items.flatMap(({ uniqueOf }) => uniqueOf?.M?.['id'] ?? []);
    return owners.map(({ S, N }) => S ?? N).sort();
  };

  return { createTable, createTableOfType, request, send, itemsOf, holdersIn };
};
