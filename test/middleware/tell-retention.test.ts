import middy from '@middy/core';
import { expect, it } from 'vitest';
import { type IdempotencyKeyOptions, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { manualClock } from '../support/clock.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

interface Answer {
  headers?: Record<string, string>;
}

const name = 'idempotency-key-max-age';

const start = (respond: () => unknown, options: IdempotencyKeyOptions = {}) => {
  const clock = manualClock();
  const handler = middy(async () => respond()).use(
    idempotencyKey({
      store: memoryStore(),
      now: clock.now,
      retentionSeconds: 60,
      tellRetention: true,
      quiet: true,
      ...options,
    }),
  );
  const call = (event: unknown = httpApiEvent({ headers: { 'idempotency-key': 'k-1' } })) =>
    handler(event as never, lambdaContext() as never) as unknown as Promise<Answer>;
  return { clock, call };
};

it('G238: the first answer says how long it is remembered, a replay how long from then on', async () => {
  const { clock, call } = start(() => ({ statusCode: 201, headers: { etag: 'x' }, body: 'made' }));
  expect(await call()).toEqual({ statusCode: 201, headers: { etag: 'x', [name]: '60' }, body: 'made' });
  clock.advance(10_500);
  expect(await call()).toEqual({
    statusCode: 201,
    headers: { etag: 'x', 'idempotent-replayed': 'true', [name]: '49' },
    body: 'made',
  });
});

it('G238: so does an answer after which the key may be used again', async () => {
  const { call } = start(() => ({ statusCode: 422 }));
  expect((await call()).headers).toEqual({ [name]: '60' });
});

it('a load balancer with multi-value headers finds it among them', async () => {
  const { call } = start(() => ({ statusCode: 201, multiValueHeaders: { etag: ['x'] } }));
  const event = {
    requestContext: { elb: { targetGroupArn: 'arn' } },
    httpMethod: 'POST',
    path: '/orders/1',
    multiValueQueryStringParameters: {},
    multiValueHeaders: { 'idempotency-key': ['k-1'] },
    body: '{}',
    isBase64Encoded: false,
  };
  expect(await call(event)).toEqual({ statusCode: 201, multiValueHeaders: { etag: ['x'], [name]: ['60'] } });
});

it('refusals, plain values, other events and functions that were not told to don’t', async () => {
  const { call } = start(() => ({ paymentId: 'p-1' }));
  expect(await call(httpApiEvent())).not.toHaveProperty(`headers.${name}`);
  expect(await call()).toEqual({ paymentId: 'p-1' });
  const byKey = start(() => ({ statusCode: 201 }), { key: () => 'k' });
  expect(await byKey.call({ plain: true })).toEqual({ statusCode: 201 });
  const untold = start(() => ({ statusCode: 201 }), { tellRetention: undefined as never });
  expect(await untold.call()).toEqual({ statusCode: 201 });
});
