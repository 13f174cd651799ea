import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { dynamoDBStore, type IdempotentContext, idempotencyKey, resolve } from 'middy-idempotency';

/** A bank that takes no keys, but shows what it has done. */
export const bank = {
  transfer: async (_orderId: string, _amount: number): Promise<string> => crypto.randomUUID(),
  find: async (_orderId: string): Promise<string | undefined> => undefined,
};

const store = dynamoDBStore();

const answer = (transferId: string) => ({ statusCode: 201, body: JSON.stringify({ transferId }) });

const pay = async (event: APIGatewayProxyEventV2, { idempotency }: IdempotentContext) => {
  const { orderId, amount } = JSON.parse(event.body ?? '{}');
  console.info(JSON.stringify({ orderId, recordId: idempotency.id, attempt: idempotency.attempt }));
  return answer(await bank.transfer(orderId, amount));
};

const noAnswer = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';

export const handler = middy(pay).use(
  idempotencyKey({
    store,
    afterCrash: 'reject', // never run again what may have happened already
    keepErrors: (error) => noAnswer(error) && 'unknown', // the bank may have done it all the same
  }),
);

/** For an operator, once the bank's answer is certain. */
export const settle = async (recordId: string, orderId: string): Promise<void> => {
  const transferId = await bank.find(orderId);
  await resolve(store, recordId, transferId ? { complete: answer(transferId) } : { release: true });
};

const documents = DynamoDBDocumentClient.from(new DynamoDBClient());

/** Every operation that nobody runs any more: reads the whole table. */
export const findCrashed = async () => {
  const pages = paginateScan(
    { client: documents },
    {
      TableName: store.tableName,
      FilterExpression: '#status = :running AND leaseExpiresAt < :now',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':running': 'IN_PROGRESS', ':now': Date.now() },
      ProjectionExpression: 'id, attempt, claimedAt, requestId, keyHash',
    },
  );
  const found: Record<string, unknown>[] = [];
  for await (const { Items = [] } of pages) found.push(...Items);
  return found;
};
