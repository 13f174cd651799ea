import middy from '@middy/core';
import { idempotencyKey } from 'middy-idempotency';
import { fromJmesPath } from 'middy-idempotency/jmespath';
import { pay } from './pay.ts';

export const handler = middy(pay).use(
  idempotencyKey({ key: fromJmesPath('powertools_json(body).[orderId, userId]'), retentionSeconds: 3600 }),
);
