import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import middy6 from 'middy-core-6';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IdempotencyEvent, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const keyed = (body: object = {}) => httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body });

/** What Powertools' metrics have written to the log, one a call. */
const published: Record<string, unknown>[] = [];

beforeEach(() => {
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'payments');
  published.length = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const capturing = () => {
  const metrics = new Metrics({ namespace: 'shop' });
  Object.assign(metrics, {
    console: { log: (line: string) => published.push(JSON.parse(line)), warn: () => undefined },
  });
  return metrics;
};

/** A tracer that is told of the segments it closes. */
const tracing = () => {
  const tracer = new Tracer({ enabled: true });
  const closed: string[] = [];
  const segment = (name: string) => ({
    name,
    addNewSubsegment: (inner: string) => segment(inner),
    close: () => closed.push(name),
    addAnnotation: () => undefined,
    addMetadata: () => undefined,
    addErrorFlag: () => undefined,
    addError: () => undefined,
    trace_id: '1-1-1',
    notTraced: false,
  });
  let current = segment('facade');
  Object.assign(tracer, {
    isTracingEnabled: () => true,
    getSegment: () => current,
    setSegment: (next: typeof current) => {
      current = next;
    },
    addResponseAsMetadata: () => undefined,
    annotateColdStart: () => undefined,
    addServiceNameAnnotation: () => undefined,
  });
  return { tracer, closed, current: () => current.name };
};

describe.each([
  ['Middy 6.0', middy6 as unknown as typeof middy],
  ['Middy 7', middy],
])('in one flat stack under %s, Powertools’ middlewares before this one', (_version, build) => {
  it('G166: flush metrics, close segments and restore the logger after a replay and a refusal', async () => {
    const metrics = capturing();
    const { tracer, closed, current } = tracing();
    const logger = new Logger({ logLevel: 'SILENT' });
    const handler = build(async () => ({ statusCode: 201 }))
      .use(captureLambdaHandler(tracer))
      .use(logMetrics(metrics))
      .use(injectLambdaContext(logger, { resetKeys: true }))
      .before(() => logger.appendKeys({ ofThisRequest: true }))
      .use(
        idempotencyKey({
          store: memoryStore(),
          onEvent: ({ type }) => void metrics.addMetric(type, MetricUnit.Count, 1),
        }) as middy.MiddlewareObj,
      );
    const call = (event: unknown) => handler(event, lambdaContext());
    for (const [event, statusCode, metric] of [
      [keyed(), 201, 'completed'],
      [keyed(), 201, 'replayed'],
      [keyed({ other: 1 }), 422, 'mismatch'],
    ] as const) {
      [published.length, closed.length] = [0, 0];
      expect(await call(event)).toMatchObject({ statusCode });
      expect(published).toEqual([expect.objectContaining({ [metric]: 1 })]);
      expect(closed).toHaveLength(1);
      expect(current()).toBe('facade');
      expect(logger.getPersistentLogAttributes()).not.toHaveProperty('ofThisRequest');
    }
  });

  it('G166: what they fail to clean up doesn’t cost the caller the answer', async () => {
    const events: IdempotencyEvent[] = [];
    const handler = build(async () => ({ statusCode: 201 }))
      .before((request) => {
        const cleanUp = () => Promise.reject(new Error('no metrics'));
        request.internal = { ...request.internal, 'powertools-for-aws.metrics': cleanUp };
      })
      .use(
        idempotencyKey({ store: memoryStore(), onEvent: (event) => void events.push(event) }) as middy.MiddlewareObj,
      );
    for (const _ of [1, 2]) expect(await handler(keyed(), lambdaContext())).toMatchObject({ statusCode: 201 });
    expect(events.at(-1)).toMatchObject({
      type: 'callback-failed',
      callback: 'powertools-for-aws.metrics',
      error: expect.objectContaining({ message: 'no metrics' }),
    });
  });
});
