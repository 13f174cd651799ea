import middy from '@middy/core';
import { idempotencyKey } from 'middy-idempotency';
import { pay } from './pay.ts';

export const handler = middy(pay).use(idempotencyKey());
