import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { fromHeader, uniqueIndex, type WritesContext } from '../idempotency/entries/main.ts';
import { requiredEnvironment } from '../shared/environment.ts';
import { type HttpEvent, type HttpResult, json, jsonBody, problem, validate } from '../shared/http.ts';
import { orderSchema, ordersTable, quantities } from './order.ts';

const orders = ordersTable();
const stock = { tableName: requiredEnvironment('STOCK_TABLE'), partitionKey: 'sku' };

const createOrder = async (event: HttpEvent, { writes }: WritesContext): Promise<HttpResult> => {
  const order = validate(orderSchema, jsonBody(event));
  if (!order.valid) return order.response;

  const created = { orderId: randomUUID(), ...order.value, createdAt: new Date().toISOString() };
  writes.insert(orders, created);
  for (const [sku, quantity] of quantities(order.value)) {
    writes.update(
      stock,
      { sku },
      {
        UpdateExpression: 'SET available = available - :quantity',
        ConditionExpression: 'available >= :quantity',
        ExpressionAttributeValues: { ':quantity': quantity },
      },
      {
        otherwise: (article) =>
          problem(409, 'Insufficient stock', `${sku}: ${quantity} ordered, ${article?.['available'] ?? 0} available.`),
      },
    );
  }
  return json(201, created);
};

export const handler = middy(createOrder).use(uniqueIndex({ key: fromHeader('Idempotency-Key'), optional: true }));
