import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { idempotencyKey } from 'middy-idempotency';
import { pay } from './pay.ts';

export const metrics = new Metrics({ namespace: 'shop', serviceName: 'payments' });

export const handler = middy(pay)
  .use(logMetrics(metrics))
  .use(
    idempotencyKey({
      onAnswer: (answer, { replayed, error }) => {
        metrics.addMetric(replayed ? 'Replayed' : 'Refused', MetricUnit.Count, 1);
        const headers = { ...answer.headers, 'access-control-allow-origin': 'https://shop.example' };
        if (!error) return { ...answer, headers };
        const { code, title, recordId } = error; // in the form that all errors of this API have
        return { ...answer, headers, body: JSON.stringify({ error: { code, title, recordId } }) };
      },
    }),
  );
