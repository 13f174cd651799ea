import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import * as lean from '../functions/idempotency/entries/lean.ts';
import * as library from '../functions/idempotency/entries/main.ts';
import { answer, type Handler } from './call.ts';
import { leanStore, oursStore, peerMiddleware, type Subject } from './subjects.ts';

/** One order inserted, and the answer remembered: by `uniqueIndex` with a key, by the peer around a conditional put. */
export const createInserts = (
  endpoint: string,
  tables: Readonly<Record<Subject, string>>,
  ordersTable: string,
  { readFirst }: { readFirst: boolean },
): Record<Subject, Handler> => {
  const orders = { tableName: ordersTable, partitionKey: 'id' };
  const order = () => ({ id: crypto.randomUUID(), amount: 100 });
  const insertOurs = async (_event: unknown, { writes }: library.WritesContext) => {
    writes.insert(orders, order());
    return answer;
  };
  const insertLean = async (_event: unknown, { writes }: lean.WritesContext) => {
    writes.insert(orders, order());
    return answer;
  };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const insertByHand = async () => {
    await client.send(
      new PutCommand({ TableName: ordersTable, Item: order(), ConditionExpression: 'attribute_not_exists(id)' }),
    );
    return answer;
  };
  return {
    ours: middy(insertOurs).use(
      library.uniqueIndex({ store: oursStore(tables.ours), key: library.fromHeader('Idempotency-Key'), readFirst }),
    ) as Handler,
    lean: middy(insertLean).use(
      lean.uniqueIndex({ store: leanStore(tables.lean, endpoint), key: lean.fromHeader('Idempotency-Key'), readFirst }),
    ) as Handler,
    peer: middy(insertByHand).use(peerMiddleware(tables.peer)) as Handler,
  };
};
