import { setTimeout as sleep } from 'node:timers/promises';
import middy, { type MiddlewareObj } from '@middy/core';
import { expect, it, vi } from 'vitest';
import { combine, fromHeader, idempotencyKey, makeIdempotent } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

it('G54: a key that is made in an object which the next call uses again is read before that', async () => {
  const scratch = { id: '' };
  const key = ({ id }: { id: string }) => Object.assign(scratch, { id });
  const run = async ({ id }: { id: string }): Promise<string> => `paid ${id}`;
  const store = memoryStore();
  const ids = ['a', 'b', 'c'];
  const paid = ids.map((id) => `paid ${id}`);

  const pay = makeIdempotent(run, { name: 'pay', namespace: 'n', leaseMs: 1000, key, store });
  expect(await Promise.all(ids.map((id) => pay({ id })))).toEqual(paid);

  const handler = middy((event: unknown) => run(event as { id: string })).use(
    idempotencyKey({
      key: key as (event: unknown) => unknown,
      scope: () => 'all',
      fingerprint: () => 'same',
      store,
    }) as MiddlewareObj,
  );
  expect(await Promise.all(ids.map((id) => handler({ id }, lambdaContext())))).toEqual(paid);
});

it('G54: so is one of several sources', async () => {
  const scratch = { id: '' };
  type Payment = { id: string };
  const handler = middy(async ({ id }: Payment) => `paid ${id}`).use(
    idempotencyKey<Payment, string>({
      key: combine<Payment>(
        ({ id }) => Object.assign(scratch, { id }),
        () => 'pay',
      ),
      scope: () => 'all',
      fingerprint: () => 'same',
      store: memoryStore(),
    }),
  );
  const ids = ['a', 'b', 'c'];
  expect(await Promise.all(ids.map((id) => handler({ id }, lambdaContext())))).toEqual(ids.map((id) => `paid ${id}`));
});

it('a key of several sources, of which one throws at once and another rejects later, is refused, and nothing else happens', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const session = async () => {
    await sleep(5);
    throw new Error('no session');
  };
  const handler = middy(async () => ({ statusCode: 201 })).use(
    idempotencyKey({ key: combine(session, fromHeader('Idempotency-Key')), store: memoryStore() }) as MiddlewareObj,
  );
  const event = httpApiEvent({ headers: { 'idempotency-key': '"a", "b"' }, body: {} });
  expect(await handler(event as never, lambdaContext())).toMatchObject({ statusCode: 400 });
  await sleep(20);
  expect(unhandled).not.toHaveBeenCalled();
  process.off('unhandledRejection', unhandled);
});

it('sources of which one is asynchronous make a key for a wrapped function that is called without a context', async () => {
  const pay = makeIdempotent(async (id: string, _details?: unknown) => `paid ${id}`, {
    name: 'pay',
    namespace: 'n',
    leaseMs: 1000,
    store: memoryStore(),
    key: combine<string>(
      (id) => id,
      async () => 'tenant',
    ) as (id: string) => unknown,
  });
  for (const [index, details] of [undefined, null, 1, { getRemainingTimeInMillis: 'none' }].entries()) {
    expect(await pay(`o-${index}`, details)).toBe(`paid o-${index}`);
  }
});
