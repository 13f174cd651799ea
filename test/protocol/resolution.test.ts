import middy from '@middy/core';
import { expect, it } from 'vitest';
import { idempotencyKey, recordId, resolve } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const request = (amount: number) => httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: { amount } });

/** The statuses of two payloads, after a run has answered the first with a status and an operator has completed it. */
const statusesAfter = async (statusCode: number) => {
  const store = memoryStore();
  const options = { store, namespace: 'pay', leaseMs: 1, keepErrors: () => 'unknown' as const };
  const handler = middy(async () => {
    if (statusCode === 500) throw new Error('no answer');
    return { statusCode };
  }).use(idempotencyKey(options));
  const call = async (amount: number) => {
    const answer = (await handler(
      request(amount) as never,
      { ...lambdaContext(), getRemainingTimeInMillis: () => 500 } as never,
    )) as {
      statusCode: number;
    };
    return answer.statusCode;
  };
  await call(1).catch(() => undefined);
  const id = await recordId({ ...options, event: request(1) });
  await resolve(store, id, { complete: { statusCode: 201 } });
  return Promise.all([call(1), call(2)]);
};

it('an operator’s answer is given to repeats of the payload that crashed, and to any after an answer of 422', async () => {
  expect(await statusesAfter(500)).toEqual([201, 422]);
  expect(await statusesAfter(422)).toEqual([201, 201]);
});
