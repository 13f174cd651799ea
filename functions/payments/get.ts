import { GetCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { database } from '../shared/database.ts';
import { requiredEnvironment } from '../shared/environment.ts';
import { fields, text } from '../shared/fields.ts';
import { type HttpResult, json, problem } from '../shared/http.ts';
import { httpShell } from '../shared/http-shell.ts';
import { type Valid, validRequest } from '../shared/valid-request.ts';

const tableName = requiredEnvironment('PAYMENTS_TABLE');

const getPayment = async ({ body: { paymentId } }: Valid<{ paymentId: string }>): Promise<HttpResult> => {
  const { Item } = await database.send(
    new GetCommand({ TableName: tableName, Key: { paymentId }, ConsistentRead: true }),
  );
  return Item ? json(200, Item) : problem(404, 'Not found', `There is no payment ${paymentId}.`);
};

export const handler = middy(getPayment)
  .use(httpShell())
  .use(validRequest(fields({ paymentId: text }), ({ pathParameters }) => pathParameters));
