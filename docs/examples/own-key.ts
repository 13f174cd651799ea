import middy from '@middy/core';
import { combine, fromBody, fromPath, type IdempotentContext, idempotencyKey } from 'middy-idempotency';
import { chargeCard } from './provider.ts';

const pay = async (_event: unknown, { idempotency }: IdempotentContext) => {
  await chargeCard({ idempotencyKey: idempotency.deriveKey('charge') }); // the same on every attempt
  return { statusCode: 201, body: JSON.stringify({ attempt: idempotency.attempt }) };
};

export const handler = middy(pay).use(
  idempotencyKey({
    key: combine(fromPath('orderId'), fromBody('userId')), // instead of the header Idempotency-Key
    afterCrash: 'reject', // never run again what may have happened already
  }),
);
