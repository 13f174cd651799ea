import middy from '@middy/core';
import { dynamoDBStore, idempotencyKey } from 'middy-idempotency/lean';
import { pay } from './pay.ts';

export const handler = middy(pay).use(idempotencyKey({ store: dynamoDBStore({ warmUp: false }) }));
