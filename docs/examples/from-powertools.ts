import middy from '@middy/core';
import { idempotencyKey } from 'middy-idempotency';
import { powertoolsRecords } from 'middy-idempotency/powertools';
import { pay } from './pay.ts';

export const handler = middy(pay).use(
  idempotencyKey({
    ...powertoolsRecords({
      tableName: process.env['IDEMPOTENCY_TABLE'] ?? 'payments-idempotency', // what the options of
      eventKeyJmesPath: 'powertools_json(body).[orderId, userId]', // Powertools were, by the same names
    }),
    retentionSeconds: 3600, // expiresAfterSeconds
  }),
);
