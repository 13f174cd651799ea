import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import { idempotencyKey } from 'middy-idempotency';
import { emfMetrics } from 'middy-idempotency/metrics';
import { pay } from './pay.ts';

const logger = new Logger({ serviceName: 'payments' });
const count = emfMetrics({ namespace: 'Shop', dimensions: { Service: 'payments' } });

export const handler = middy(pay).use(
  idempotencyKey({
    onEvent: (event) => {
      count(event);
      if (event.tookOver) logger.warn('taken over', { id: event.id, from: event.tookOver.requestId });
    },
  }),
);
