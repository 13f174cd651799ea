import middy from '@middy/core';
import { type IdempotentContext, idempotencyKey } from 'middy-idempotency';
import { memoryStore } from 'middy-idempotency/testing';
import { expect, it, vi } from 'vitest';
import { pay } from './pay.ts';

let nowMs = Date.UTC(2026, 0, 1); // a clock that only the test moves

const handler = middy(pay).use(
  idempotencyKey({ store: memoryStore(), now: () => nowMs, retentionSeconds: 3600, namespace: 'pay' }),
);

const request = (key: string, amount: number) => ({
  version: '2.0',
  rawPath: '/payments',
  headers: { 'idempotency-key': key },
  requestContext: { requestId: key, http: { method: 'POST' } },
  body: JSON.stringify({ orderId: 'o-1', amount }),
});

const send = (key: string, amount: number) => handler(request(key, amount) as never, {} as never);

it('pays once, and again only once the answer is forgotten', async () => {
  const first = await send('k-1', 100);
  expect(await send('k-1', 100)).toMatchObject({ body: first.body, headers: { 'idempotent-replayed': 'true' } });
  nowMs += 3_601_000;
  expect(await send('k-1', 100)).not.toMatchObject({ body: first.body });
});

it('refuses a used key with another amount', async () => {
  await send('k-2', 100);
  expect(await send('k-2', 200)).toMatchObject({ statusCode: 422 });
});

it('tells the next run of a crash', async () => {
  const runs: unknown[] = [];
  const crashing = middy(async (_event: unknown, { idempotency }: IdempotentContext) => {
    runs.push(idempotency.previous);
    return runs.length === 1 ? new Promise(() => undefined) : { statusCode: 201 }; // the first run never ends
  }).use(idempotencyKey({ store: memoryStore(), now: () => nowMs, leaseMs: 60_000, namespace: 'crashing' }));
  void crashing(request('k-3', 100) as never, {} as never);
  await vi.waitFor(() => expect(runs).toHaveLength(1));
  nowMs += 60_000;
  expect(await crashing(request('k-3', 100) as never, {} as never)).toMatchObject({ statusCode: 201 });
  expect(runs).toEqual([undefined, 'crashed']);
});
