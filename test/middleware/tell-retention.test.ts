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
    multiValueHeaders: { 'idempotency-key': ['k-1'], 'x-forwarded-proto': ['https'] },
    body: '{}',
    isBase64Encoded: false,
  };
  expect(await call(event)).toEqual({ statusCode: 201, multiValueHeaders: { etag: ['x'], [name]: ['60'] } });
});

it('G238: refusals, plain values, other events and functions that are told not to don’t', async () => {
  const { call } = start(() => ({ paymentId: 'p-1' }));
  expect(await call(httpApiEvent())).not.toHaveProperty(`headers.${name}`);
  expect(await call()).toEqual({ paymentId: 'p-1' });
  const byKey = start(() => ({ statusCode: 201 }), { key: () => 'k' });
  expect(await byKey.call({ plain: true })).toEqual({ statusCode: 201 });
  const silent = start(() => ({ statusCode: 201 }), { tellRetention: false });
  expect(await silent.call()).toEqual({ statusCode: 201 });
});

it('G238: it is on the answer that is sent, and not remembered with it', async () => {
  const store = memoryStore();
  expect(await start(() => ({ statusCode: 201 }), { store }).call()).toHaveProperty(`headers.${name}`, '60');
  const { call } = start(() => ({ statusCode: 500 }), { store, tellRetention: false });
  expect(await call()).toEqual({ statusCode: 201, headers: { 'idempotent-replayed': 'true' } });
});

it('G238: nor does what an inner operation refused, whose key is free again', async () => {
  const store = memoryStore();
  const inner = middy(() => new Promise(() => undefined)).use(
    idempotencyKey({ store, namespace: 'inner', quiet: true }) as middy.MiddlewareObj,
  );
  const event = httpApiEvent({ headers: { 'idempotency-key': 'k-1' } });
  void inner(event, lambdaContext());
  const { call } = start(() => inner(event, lambdaContext()));
  expect(await call()).toMatchObject({ statusCode: 409, headers: { 'retry-after': '1' } });
  expect(await call()).not.toHaveProperty(`headers.${name}`);
});

it('G238: an answer that has its own toJSON says it as it is sent; the handler’s own object stays as it is', async () => {
  class Paid {
    secret = 'not sent';
    toJSON() {
      return { statusCode: 201, body: 'made' };
    }
  }
  const paid = Object.freeze(Object.assign(new Paid(), { statusCode: 201 }));
  const { call } = start(() => paid);
  expect(await call()).toEqual({ statusCode: 201, body: 'made', headers: { [name]: '60' } });
  expect(paid).not.toHaveProperty('headers');
});

it('G238: what another server has said of its own key is not repeated as if it were said now', async () => {
  const passedOn = { statusCode: 201, headers: { 'Idempotency-Key-Max-Age': '86400' } };
  const { call, clock } = start(() => passedOn, { tellRetention: false });
  expect(await call()).toEqual(passedOn);
  clock.advance(10_000);
  expect(await call()).toEqual({ statusCode: 201, headers: { 'idempotent-replayed': 'true' } });
});
