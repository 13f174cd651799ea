import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { dynamoDBStore, idempotencyKey } from '../../../functions/idempotency/entries/main.ts';
import { createClient } from '../../local/dynamodb-client.ts';

/** What these functions are called by the records that they leave. */
export const transferNamespace = 'bank-transfer';
export const statementNamespace = 'account-statement';

export interface Place {
  endpoint: string;
  tableName: string;
}

const storeIn = ({ endpoint, tableName }: Place) => dynamoDBStore({ tableName, client: createClient(endpoint) });

const requestOf = (key: string) => ({ httpMethod: 'POST', path: '/', headers: { 'Idempotency-Key': key }, body: '{}' });

const contextOf = (functionName: string, remainingMs: number) =>
  ({ functionName, awsRequestId: crypto.randomUUID(), getRemainingTimeInMillis: () => remainingMs }) as Context;

const quiet = { quiet: true };
const never = { timeoutEarlyInMillis: 0 };
const scope = () => 'practice';

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body: string;
}

/** A bank that takes long, and can't be asked to do something once. */
export const transfer = (place: Place, key: string, bankMs: number): Promise<Answer> => {
  const handler = middy(async () => {
    await sleep(bankMs);
    return { statusCode: 201, body: '{"transferId":"t-1"}' };
  }, never).use(
    idempotencyKey({ store: storeIn(place), namespace: transferNamespace, scope, afterCrash: 'reject', ...quiet }),
  );
  return handler(requestOf(key) as never, contextOf(transferNamespace, 1000) as never) as Promise<Answer>;
};

/** An answer that no item holds. */
export const statement = (place: Place, key: string): Promise<Answer> => {
  const handler = middy(async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const body = Buffer.concat(Array.from({ length: 10 }, () => bytes.map((byte) => byte ^ (Math.random() * 256))));
    return { statusCode: 200, body: body.toString('base64') };
  }, never).use(idempotencyKey({ store: storeIn(place), namespace: statementNamespace, scope, ...quiet }));
  return handler(requestOf(key) as never, contextOf(statementNamespace, 6000) as never) as Promise<Answer>;
};

if (import.meta.main) {
  const [endpoint = '', tableName = '', key = ''] = process.argv.slice(2);
  await transfer({ endpoint, tableName }, key, 60_000);
}
