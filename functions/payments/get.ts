import { GetCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { database } from '../shared/database.ts';
import { requiredEnvironment } from '../shared/environment.ts';
import { type HttpEvent, type HttpResult, json, problem } from '../shared/http.ts';

const tableName = requiredEnvironment('PAYMENTS_TABLE');

const getPayment = async (event: HttpEvent): Promise<HttpResult> => {
  const paymentId = event.pathParameters?.['paymentId'];
  const { Item } = await database.send(
    new GetCommand({ TableName: tableName, Key: { paymentId }, ConsistentRead: true }),
  );
  return Item ? json(200, Item) : problem(404, 'Not found', `There is no payment ${paymentId}.`);
};

export const handler = middy(getPayment);
