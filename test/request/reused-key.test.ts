import middy, { type MiddlewareObj } from '@middy/core';
import { expect, it } from 'vitest';
import { idempotencyKey, makeIdempotent } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { lambdaContext } from '../support/lambda.ts';

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
