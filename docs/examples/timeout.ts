import middy from '@middy/core';
import { idempotencyKey, stillRunning } from 'middy-idempotency';
import { pay } from './pay.ts';

export const handler = middy(pay, {
  timeoutEarlyInMillis: 500,
  timeoutEarlyResponse: () => stillRunning({ statusCode: 504, body: 'Not done yet. Ask again, with the same key.' }),
}).use(idempotencyKey());
