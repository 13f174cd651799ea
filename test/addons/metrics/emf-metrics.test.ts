import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import middy from '@middy/core';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IdempotencyKeyOptions, idempotencyKey, StoreError } from '../../../functions/idempotency/entries/main.ts';
import { type EmfMetricsOptions, emfMetrics } from '../../../functions/idempotency/entries/metrics.ts';
import { memoryStore } from '../../../functions/idempotency/entries/testing.ts';
import { manualClock } from '../../support/clock.ts';
import { httpApiEvent, lambdaContext } from '../../support/lambda.ts';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/emf.schema.json'), 'utf8'));
const isEmf = new Ajv({ strict: false }).compile(schema);

interface Entry {
  _aws: {
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  [name: string]: unknown;
}

const key = 'order-of-a-customer';
const secret = '4111111111111111';

/** What a function wrote to stdout. */
const written: string[] = [];

beforeEach(() => {
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'pay-function');
  written.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const entries = (): Entry[] =>
  written
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const metricNames = ({ _aws }: Entry): string[] => [
  ...new Set(_aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name))),
];

const start = (
  run: () => unknown,
  options: Partial<IdempotencyKeyOptions> = {},
  metrics: EmfMetricsOptions = { dimensions: { Service: 'payments' } },
) => {
  const handler = middy(run as () => Promise<unknown>).use(
    idempotencyKey({ store: memoryStore(), namespace: 'pay', quiet: true, onEvent: emfMetrics(metrics), ...options }),
  );
  return async (amount = 5): Promise<unknown> => {
    const event = httpApiEvent({ headers: { 'idempotency-key': key }, body: { amount, card: secret } });
    return handler(event as never, lambdaContext() as never).catch(() => undefined);
  };
};

const down = () => Promise.reject(new StoreError('down', { retryable: false, cause: undefined }));

describe('emfMetrics', () => {
  it('G190: a run and its replay are one line each, in the form that CloudWatch takes', async () => {
    const call = start(() => ({ statusCode: 201, body: 'paid' }));
    await call();
    await call();
    expect(entries().map((entry) => [isEmf(entry), entry['event'], metricNames(entry)])).toEqual([
      [true, 'completed', ['Executed', 'HandlerTime', 'StoreTime']],
      [true, 'replayed', ['Replayed', 'StoreTime']],
    ]);
    const [first] = entries();
    expect(first).toMatchObject({
      Service: 'payments',
      FunctionName: 'pay-function',
      Operation: 'pay',
      Executed: 1,
      HandlerTime: expect.any(Number),
      StoreTime: expect.any(Number),
      severity: 'normal',
      recordId: expect.stringMatching(/^pay#/),
      owner: expect.any(String),
      requestId: expect.any(String),
      attempt: 1,
    });
    expect(first?._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'MiddyIdempotency',
        Dimensions: [
          ['Service', 'FunctionName'],
          ['Service', 'FunctionName', 'Operation'],
        ],
        Metrics: [
          { Name: 'Executed', Unit: 'Count' },
          { Name: 'HandlerTime', Unit: 'Milliseconds' },
          { Name: 'StoreTime', Unit: 'Milliseconds' },
        ],
      },
    ]);
  });

  it('each outcome has its metric', async () => {
    const clock = manualClock();
    const store = memoryStore();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const silent = start(() => new Promise(() => undefined), { store, now: clock.now, leaseMs: 60_000 });
    const failing = start(() => Promise.reject(new Error('declined')), { store, now: clock.now });
    const slow = start(() => promise, { now: clock.now, leaseMs: 60_000 });
    void silent();
    await new Promise((next) => setImmediate(next));
    await failing();
    await failing(6);
    clock.advance(60_001);
    await failing();
    void slow();
    await new Promise((next) => setImmediate(next));
    clock.advance(60_001);
    resolve({ statusCode: 201 });
    await new Promise((next) => setImmediate(next));
    await start(() => undefined, { store: { ...memoryStore(), claim: down } })();
    await start(() => undefined, { store: { ...memoryStore(), complete: down } })();
    await start(() => ({ statusCode: 201, body: new Map() }), {})();
    const counted = entries().flatMap(metricNames);
    for (const name of ['InProgress', 'Mismatch', 'TakenOver', 'Released', 'StoreUnavailable', 'CompletionFailed']) {
      expect(counted).toContain(name);
    }
    expect(entries().every((entry) => isEmf(entry))).toBe(true);
  });

  it('counts refusals by their code', async () => {
    const unkept = start(() => ({ statusCode: 201, body: new ReadableStream() }));
    await unkept();
    await unkept();
    const refused = entries().find((entry) => entry['Refused'] === 1);
    expect(refused).toMatchObject({ Code: 'RESULT_UNAVAILABLE' });
    expect(refused?._aws.CloudWatchMetrics.at(-1)).toEqual({
      Namespace: 'MiddyIdempotency',
      Dimensions: [['Service', 'FunctionName', 'Code']],
      Metrics: [{ Name: 'Refused', Unit: 'Count' }],
    });
  });

  it('G191: no line has the key, the payload or the caller', async () => {
    const call = start(() => Promise.reject(new Error('declined')));
    await call();
    await call(6);
    expect(written.join('')).not.toContain(key);
    expect(written.join('')).not.toContain(secret);
  });

  it.each([
    [{ namespace: '' }, 'option `namespace`'],
    [{ namespace: 'AWS/Lambda' }, 'option `namespace`'],
    [{ dimensions: { Operation: 'x' } }, 'option `dimensions`'],
    [{ dimensions: { Stage: '' } }, 'option `dimensions`'],
    [{ dimensions: { 'Größe ': 'x' } }, 'option `dimensions`'],
    [{ dimension: {} }, 'unknown option `dimension`'],
  ])('refuses %o when the function loads', (options, message) => {
    expect(() => emfMetrics(options as EmfMetricsOptions)).toThrow(message);
  });
});
