import middy from '@middy/core';
import { idempotencyKey, warmUp } from 'middy-idempotency/lean';
import { pay } from './pay.ts';

export const handler = middy(pay).use(idempotencyKey());

await warmUp();
