import { GetCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { database } from '../shared/database.ts';
import { fields, text } from '../shared/fields.ts';
import { type HttpResult, json, problem } from '../shared/http.ts';
import { httpShell } from '../shared/http-shell.ts';
import { type Valid, validRequest } from '../shared/valid-request.ts';
import { ordersTable } from './order.ts';

const { tableName } = ordersTable();

const getOrder = async ({ body: { orderId } }: Valid<{ orderId: string }>): Promise<HttpResult> => {
  const { Item } = await database.send(
    new GetCommand({ TableName: tableName, Key: { orderId }, ConsistentRead: true }),
  );
  // The items that guard unique values lie in the same table, and are no orders.
  return Item?.['orderNo'] ? json(200, Item) : problem(404, 'Not found', `There is no order ${orderId}.`);
};

export const handler = middy(getOrder)
  .use(httpShell())
  .use(validRequest(fields({ orderId: text }), ({ pathParameters }) => pathParameters));
