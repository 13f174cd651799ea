import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { idempotencyKey } from 'middy-idempotency';
import { kmsEncryption } from './kms-encryption.ts';

const openAccount = async () => ({
  statusCode: 201,
  body: JSON.stringify({ accountId: randomUUID(), iban: 'DE02120300000000202051' }),
});

const encryption = kmsEncryption({ keyId: process.env['RESULTS_KEY_ARN'] ?? '' });

export const handler = middy(openAccount).use(idempotencyKey({ encryption }));
