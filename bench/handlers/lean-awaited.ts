import middy from '@middy/core';
import { idempotencyKey, warmUp } from '../../functions/idempotency/entries/lean.ts';
import { pay } from './pay.ts';

export const handler = middy(pay).use(idempotencyKey());

await warmUp();
