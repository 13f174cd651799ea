import middy from '@middy/core';
import { dynamoDBStore, fromHeader, leanClient, uniqueIndex, type WritesContext } from 'middy-idempotency/lean';

const orders = { tableName: 'lean-orders', partitionKey: 'orderId' };

const createOrder = async (_event: unknown, { writes }: WritesContext) => {
  const orderId = crypto.randomUUID();
  writes.insert(orders, { orderId });
  return { statusCode: 201, body: JSON.stringify({ orderId }) };
};

const store = dynamoDBStore({ client: leanClient({ requestTimeoutMs: 1000 }) });

export const handler = middy(createOrder).use(uniqueIndex({ key: fromHeader('Idempotency-Key'), store }));
