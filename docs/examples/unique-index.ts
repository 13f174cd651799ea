import middy from '@middy/core';
import { fromHeader, uniqueIndex, type WritesContext } from 'middy-idempotency';

const orders = { tableName: 'orders', partitionKey: 'orderId', unique: ['orderNo'] };
const stock = { tableName: 'stock', partitionKey: 'sku' };

const createOrder = async (event: { body: string }, { writes }: WritesContext) => {
  const { orderNo, sku } = JSON.parse(event.body);
  const orderId = crypto.randomUUID();
  writes.insert(orders, { orderId, orderNo, sku });
  writes.update(
    stock,
    { sku },
    {
      UpdateExpression: 'SET available = available - :one',
      ConditionExpression: 'available >= :one',
      ExpressionAttributeValues: { ':one': 1 },
    },
    { otherwise: () => ({ statusCode: 409, body: 'sold out' }) },
  );
  return { statusCode: 201, body: JSON.stringify({ orderId }) };
};

export const handler = middy(createOrder).use(uniqueIndex({ key: fromHeader('Idempotency-Key'), optional: true }));
