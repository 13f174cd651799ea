import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { fromHeader, uniqueIndex, type WritesContext } from '../idempotency/entries/main.ts';
import { emfMetrics } from '../idempotency/entries/metrics.ts';
import { requiredEnvironment } from '../shared/environment.ts';
import { type HttpResult, json, problem } from '../shared/http.ts';
import { httpShell } from '../shared/http-shell.ts';
import { type Valid, validRequest } from '../shared/valid-request.ts';
import { type Order, orderSchema, ordersTable, quantities } from './order.ts';

const orders = ordersTable();
const stock = { tableName: requiredEnvironment('STOCK_TABLE'), partitionKey: 'sku' };

const createOrder = async ({ body: order }: Valid<Order>, { writes }: WritesContext): Promise<HttpResult> => {
  const created = { orderId: randomUUID(), ...order, createdAt: new Date().toISOString() };
  writes.insert(orders, created);
  for (const [sku, quantity] of quantities(order)) {
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

const orderOnce = middy(createOrder).use(
  uniqueIndex({ key: fromHeader('Idempotency-Key'), optional: true, onEvent: emfMetrics() }),
);

export const handler = middy(orderOnce).use(httpShell()).use(validRequest(orderSchema));
