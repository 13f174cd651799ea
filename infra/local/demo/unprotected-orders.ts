import { randomUUID } from 'node:crypto';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { type Order, orderSchema, ordersTable, quantities } from '../../../functions/orders/order.ts';
import { database } from '../../../functions/shared/database.ts';
import { requiredEnvironment } from '../../../functions/shared/environment.ts';
import { type HttpResult, json } from '../../../functions/shared/http.ts';
import { httpShell } from '../../../functions/shared/http-shell.ts';
import { type Valid, validRequest } from '../../../functions/shared/valid-request.ts';

const { tableName } = ordersTable();
const stockTable = requiredEnvironment('STOCK_TABLE');

/** The accident: what `POST /orders` would be without the middleware. On this machine only, in no stack. */
const createOrder = async ({ body: order }: Valid<Order>): Promise<HttpResult> => {
  const created = { orderId: randomUUID(), ...order, createdAt: new Date().toISOString() };
  const stock = [...quantities(order)].map(([sku, quantity]) => ({
    Update: {
      TableName: stockTable,
      Key: { sku },
      UpdateExpression: 'SET available = available - :quantity',
      ExpressionAttributeValues: { ':quantity': quantity },
    },
  }));
  const TransactItems = [{ Put: { TableName: tableName, Item: created } }, ...stock];
  await database.send(new TransactWriteCommand({ TransactItems }));
  return json(201, created);
};

export const handler = middy(createOrder).use(httpShell()).use(validRequest(orderSchema));
