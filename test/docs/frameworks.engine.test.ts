import middy from '@middy/core';
import { expect, it } from 'vitest';
import { problemOf } from '../../docs/examples/frameworks/problem-of.ts';
import { type IdempotencyErrorCode, statusCodes } from '../../functions/idempotency/base/error.ts';
import { IdempotencyError, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { call, exampleDatabase } from '../support/examples.ts';
import { httpApiEvent } from '../support/lambda.ts';

exampleDatabase();

const payment = { orderId: 'o-1', amount: 100 };
const event = (key?: string, body: unknown = payment) =>
  httpApiEvent({ body, ...(key !== undefined && { headers: { 'idempotency-key': key } }) });

it('a plain handler gives a repeat the first answer, unmarked, and answers refusals', async () => {
  const { handler } = await import('../../docs/examples/frameworks/plain.ts');
  const first = await call(handler, event('plain-1'));
  expect(first.statusCode).toBe(201);
  expect(await call(handler, event('plain-1'))).toEqual(first);
  const problem = { headers: { 'content-type': 'application/problem+json' } };
  expect(await call(handler, event('plain-1', { ...payment, amount: 1 }))).toMatchObject({
    ...problem,
    statusCode: 422,
  });
  expect(await call(handler, event())).toMatchObject({ ...problem, statusCode: 400 });
});

/** What only `uniqueIndex` refuses. */
const ofWrites: readonly IdempotencyErrorCode[] = ['DUPLICATE', 'CONDITION_FAILED'];
const codes = Object.keys(statusCodes) as IdempotencyErrorCode[];

it.each(codes.filter((code) => !ofWrites.includes(code)))(
  '%s of a route is answered as the middlewares answer it, and one around the adapter knows it',
  async (code) => {
    const error = new IdempotencyError(code, 'refused', { title: 'Refused', retryAfterSeconds: 3 });
    const store = memoryStore();
    const routed = middy(async () => {
      const { status: statusCode, headers, body } = problemOf(error);
      return { statusCode, headers, body };
    }).use(idempotencyKey({ store, quiet: true }));
    const thrown = middy(async () => {
      throw error;
    }).use(idempotencyKey({ store, quiet: true }));
    const answer = await call(routed, event('problem-1'));
    const { instance: _, ...problem } = JSON.parse((await call(thrown, event('problem-2'))).body);
    if (code !== 'STORE_UNAVAILABLE') expect(JSON.parse(answer.body)).toEqual(problem);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '3' });
    expect((await call(routed, event('problem-1'))).headers).not.toHaveProperty('idempotent-replayed');
  },
);
