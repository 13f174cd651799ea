import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { dynamoDBStore, idempotencyKey } from 'middy-idempotency';
import { pay } from './pay.ts';

/** The same in every Region that the function runs in. */
const home = process.env['IDEMPOTENCY_REGION'] ?? 'eu-central-1';

export const store = dynamoDBStore({ client: new DynamoDBClient({ region: home }) });

export const handler = middy(pay).use(idempotencyKey({ store }));
