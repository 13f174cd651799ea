import { GetCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { database } from '../shared/database.ts';
import { type HttpEvent, type HttpResult, json, problem } from '../shared/http.ts';
import { ordersTable } from './order.ts';

const { tableName } = ordersTable();

const getOrder = async (event: HttpEvent): Promise<HttpResult> => {
  const orderId = event.pathParameters?.['orderId'];
  const { Item } = await database.send(
    new GetCommand({ TableName: tableName, Key: { orderId }, ConsistentRead: true }),
  );
  // The items that guard unique values lie in the same table, and are no orders.
  return Item?.['orderNo'] ? json(200, Item) : problem(404, 'Not found', `There is no order ${orderId}.`);
};

export const handler = middy(getOrder);
