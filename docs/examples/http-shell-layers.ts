import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import cors from '@middy/http-cors';
import errorHandler from '@middy/http-error-handler';
import jsonBodyParser from '@middy/http-json-body-parser';
import securityHeaders from '@middy/http-security-headers';
import { type IdempotentContext, idempotencyKey } from 'middy-idempotency';

const metrics = new Metrics({ namespace: 'shop', serviceName: 'pay' });

export const payments: unknown[] = [];

const pay = async ({ body }: { body: { amount?: number } }, { idempotency }: IdempotentContext) => {
  payments.push({ amount: body.amount, id: idempotency.deriveKey('payment') });
  return { statusCode: 201, body: JSON.stringify(payments.at(-1)) };
};

/** Your own: what a payment must have. */
const validPayment = () => ({
  before: ({ event }: { event: { body?: { amount?: unknown } } }) => {
    if (Number.isSafeInteger(event.body?.amount)) return;
    throw Object.assign(new Error('amount: expected a whole number'), { statusCode: 400 });
  },
});

const operation = middy(pay).use(idempotencyKey());

const http = middy(operation)
  .use(
    cors({
      origins: ['https://shop.example.com'],
      headers: 'Content-Type, Idempotency-Key',
      methods: 'POST',
      exposeHeaders: 'Idempotency-Key-Max-Age, Idempotent-Replayed, Retry-After',
      disableBeforePreflightResponse: false, // answers preflights, early
    }),
  )
  .use(errorHandler({ logger: false }))
  .use(jsonBodyParser())
  .use(validPayment()); // what it refuses is never a record

export const handler = middy(http)
  .use(logMetrics(metrics))
  .before(() => {
    metrics.addMetric('Requests', 'Count', 1);
  })
  .use(securityHeaders());
