import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, expect, it, vi } from 'vitest';
import { type IdempotencyKeyOptions, idempotencyKey } from '../../../functions/idempotency/entries/main.ts';
import { otelMetrics, powertoolsMetrics } from '../../../functions/idempotency/entries/metrics.ts';
import { memoryStore } from '../../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../../support/lambda.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const protectedBy = (onEvent: IdempotencyKeyOptions['onEvent']) =>
  middy(async () => ({ statusCode: 201, body: 'paid' })).use(
    idempotencyKey({ store: memoryStore(), namespace: 'pay', ...(onEvent && { onEvent }) }),
  );

const event = () => httpApiEvent({ headers: { 'idempotency-key': 'k' } }) as never;

it('powertoolsMetrics: the Metrics of Powertools write them when the invocation ends, that of a replay too', async () => {
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line) => lines.push(line));
  const metrics = new Metrics({ namespace: 'shop', serviceName: 'payments' });
  const handler = middy(protectedBy(powertoolsMetrics(metrics))).use(logMetrics(metrics));
  await handler(event(), lambdaContext() as never);
  await handler(event(), lambdaContext() as never);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ service: 'payments', Executed: 1, HandlerTime: expect.any(Number) }),
    expect.objectContaining({ service: 'payments', Replayed: 1, StoreTime: expect.any(Number) }),
  ]);
});

it('otelMetrics: a counter of outcomes and two histograms, by operation', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter });
  const provider = new MeterProvider({ readers: [reader] });
  const handler = protectedBy(otelMetrics(provider.getMeter('payments')));
  await handler(event(), lambdaContext() as never);
  await handler(event(), lambdaContext() as never);
  await provider.forceFlush();
  const points = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    .flatMap(({ descriptor, dataPoints }) => dataPoints.map(({ attributes }) => [descriptor.name, attributes]));
  await provider.shutdown();
  const outcome = (name: string) => [
    'idempotency.outcomes',
    { 'idempotency.operation': 'pay', 'idempotency.outcome': name },
  ];
  expect(points).toEqual([
    outcome('Executed'),
    outcome('Replayed'),
    ['idempotency.handler.duration', { 'idempotency.operation': 'pay' }],
    ['idempotency.store.duration', { 'idempotency.operation': 'pay' }],
  ]);
});
