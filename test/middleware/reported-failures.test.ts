import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { Context, SQSEvent } from 'aws-lambda';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { idempotencyKey, makeIdempotent } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { fixture } from '../request/fixture.ts';
import { lambdaContext } from '../support/lambda.ts';

/** Fails at the first call, and then no more. */
const work = vi.fn(async () => {
  if (work.mock.calls.length === 1) throw new Error('The provider is down.');
});

beforeEach(() => void work.mockClear());

const message = () => {
  const event = fixture('sqs') as unknown as SQSEvent;
  return { Records: event.Records.slice(0, 1) };
};

const options = () => ({ namespace: 'n', store: memoryStore() });
const settled = ({ Records }: SQSEvent) => Promise.allSettled(Records.map(work));

const quiet = { debug() {}, warn() {}, error() {}, info() {} } as never;
const byPowertools = (event: SQSEvent, context: Context) =>
  processPartialResponse(event, work, new BatchProcessor(EventType.SQS, { logger: quiet }), {
    context,
    throwOnFullBatchFailure: false,
  });

describe('a run that reports to the service behind the event that it failed', () => {
  it.each<[what: string, handler: () => (event: never, context: never) => unknown]>([
    [
      '@middy/sqs-partial-batch-failure within the guard',
      () =>
        middy(settled)
          .use(idempotencyKey(options()))
          .use(sqsPartialBatchFailure({ logger: false as never })),
    ],
    [
      '@middy/sqs-partial-batch-failure around the guard',
      () =>
        middy(settled)
          .use(sqsPartialBatchFailure({ logger: false as never }))
          .use(idempotencyKey(options())),
    ],
    ['Powertools', () => middy(byPowertools).use(idempotencyKey(options()))],
    ['Powertools in a wrapped function', () => makeIdempotent(byPowertools, { ...options(), name: 'batch' })],
    [
      'tasks of S3 Batch Operations',
      () =>
        middy(async () => {
          const resultCode = await work().then(
            () => 'Succeeded',
            () => 'TemporaryFailure',
          );
          return { invocationSchemaVersion: '1.0', results: [{ taskId: 't', resultCode }] };
        }).use(idempotencyKey({ ...options(), key: () => 'invocation' })),
    ],
    [
      'an action of a Bedrock agent',
      () =>
        middy(async () => {
          const httpStatusCode = await work().then(
            () => 200,
            () => 500,
          );
          return { messageVersion: '1.0', response: { actionGroup: 'pay', httpStatusCode } };
        }).use(idempotencyKey({ ...options(), key: () => 'action' })),
    ],
    [
      'a function of a Bedrock agent',
      () =>
        middy(async () => {
          const state = await work().then(
            () => ({}),
            () => ({ responseState: 'REPROMPT' }),
          );
          return { response: { actionGroup: 'pay', functionResponse: { ...state, responseBody: {} } } };
        }).use(idempotencyKey({ ...options(), key: () => 'action' })),
    ],
    [
      'what polls for the end of a custom resource',
      () =>
        middy(async () => ({
          IsComplete: await work().then(
            () => true,
            () => false,
          ),
        })).use(idempotencyKey({ ...options(), key: () => 'resource' })),
    ],
  ])('G339: runs again, and once it is done, no more: %s', async (_what, make) => {
    const handler = make() as (event: unknown, context: unknown) => Promise<unknown>;
    const answers: unknown[] = [];
    for (let delivery = 1; delivery <= 4; delivery++) answers.push(await handler(message(), lambdaContext()));
    expect(work).toHaveBeenCalledTimes(2);
    const failure = /rejected|itemIdentifier|Temporary|REPROMPT|500|"IsComplete":false/;
    expect(answers.map((answer) => failure.test(JSON.stringify(answer)))).toEqual([true, false, false, false]);
  });

  it('G339: runs again no more where `storeResponse` says that it is the last', async () => {
    const handler = middy(settled)
      .use(idempotencyKey({ ...options(), storeResponse: () => true }))
      .use(sqsPartialBatchFailure({ logger: false as never }));
    const first = await handler(message(), lambdaContext());
    expect(await handler(message(), lambdaContext())).toEqual(first);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it.each([
    [
      'idempotencyKey',
      (answer: () => unknown) => middy(answer as never).use(idempotencyKey({ ...options(), key: () => 'k' })),
    ],
    [
      'makeIdempotent',
      (answer: () => unknown) => makeIdempotent(answer, { ...options(), name: 'w', key: () => 'k', scope: () => 's' }),
    ],
  ])('G339: runs again where a WebSocket’s route answers so by its status, under %s', async (_what, guarded) => {
    const answers = [500, 400, 200, 201].map((statusCode) => ({ statusCode, body: '' }));
    const answer = vi.fn(async () => answers[answer.mock.calls.length - 1]);
    const handler = guarded(answer) as (event: unknown, context: unknown) => Promise<unknown>;
    const given = [];
    for (let count = 0; count < 4; count++) given.push(await handler(fixture('web-socket-iam'), lambdaContext()));
    expect(given).toMatchObject([500, 400, 200, 200].map((statusCode) => ({ statusCode })));
    expect(answer).toHaveBeenCalledTimes(3);
  });

  it('G339: is none where an HTTP request is answered so', async () => {
    const pay = vi.fn(async () => ({ batchItemFailures: [{ itemIdentifier: '1' }] }));
    const handler = middy(pay).use(idempotencyKey({ ...options(), key: () => 'k' }));
    for (let count = 0; count < 2; count++) await handler(fixture('http-jwt'), lambdaContext());
    expect(pay).toHaveBeenCalledTimes(1);
  });
});
