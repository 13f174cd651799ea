import { describe, expect, it } from 'vitest';
import { makeIdempotent } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { fixture } from './fixture.ts';
import { behindKey } from './front-door.ts';

/** Jobs of one’s own for a call of a partner’s API, or to a connection: each has the form of a request, but not what AWS adds. */
const jobs: [form: string, job: object][] = [
  ['format 1.0', { httpMethod: 'POST', path: '/refunds' }],
  ['format 2.0', { version: '2.0', rawPath: '/refunds' }],
  ['format 1.0 of Lattice', { method: 'POST', raw_path: '/refunds' }],
  ['format 1.0 of Lattice, with headers', { method: 'POST', raw_path: '/refunds', headers: { accept: 'text/plain' } }],
  ['a WebSocket', { requestContext: { connectionId: 'c-1', domainName: 'ws.example', stage: 'prod' } }],
];

describe.each(jobs)('a job in the form of a request: %s', (_form, form) => {
  const job = (more: object) => ({ orderId: 'o-1', ...form, ...more });

  it('G56: counts whole, also for a handler', async () => {
    const { call } = behindKey({ key: (event) => event.orderId, scope: () => 'call-partner' });
    expect(await call(job({ payload: { amount: 1 } }))).toEqual({ run: 1 });
    expect(await call(job({ payload: { amount: 1 } }))).toEqual({ run: 1 });
    expect(await call(job({ payload: { amount: 999 } }))).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });
});

it('G56: a job for another connection is another one, to a handler and to a wrapped function', async () => {
  const job = (connectionId: string) => ({
    orderId: 'o-1',
    requestContext: { connectionId, domainName: 'ws.example' },
  });
  const options = { key: (event: { orderId: string }) => event.orderId, scope: () => 'notify' };
  const { call } = behindKey(options);
  const notify = makeIdempotent(async (to: ReturnType<typeof job>) => to.requestContext.connectionId, {
    ...options,
    name: 'notify',
    namespace: 'n',
    leaseMs: 1000,
    store: memoryStore(),
  });
  await call(job('c-1'));
  await notify(job('c-1'));
  expect(await call(job('c-2'))).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  await expect(notify(job('c-2'))).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
});

it('G56: a job that brings a header of a key counts whole, too, where that names the call', async () => {
  const options = { name: 'pay', namespace: 'n', leaseMs: 1000, store: memoryStore(), scope: () => 'call-partner' };
  const pay = makeIdempotent(async (job: { amount: number }) => job.amount, options);
  const job = (amount: number) => ({ httpMethod: 'POST', path: '/', headers: { 'idempotency-key': 'k' }, amount });
  expect(await pay(job(1))).toBe(1);
  expect(await pay(job(1))).toBe(1);
  await expect(pay(job(999))).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
});

it('G56: a message of a WebSocket is the same through another connection', async () => {
  const { call } = behindKey({ key: () => 'k' });
  const message = fixture<{ requestContext: object }>('web-socket-iam');
  const again = { ...message, requestContext: { ...message.requestContext, connectionId: 'c-2', requestId: 'r-2' } };
  expect(await call(message)).toEqual({ run: 1 });
  expect(await call(again)).toEqual({ run: 1 });
});
