import middy from '@middy/core';
import { expect, it } from 'vitest';
import { memoryCache } from '../../functions/idempotency/entries/cache.ts';
import { type IdempotencyStore, idempotencyKey, makeIdempotent } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const tenants = ['acme', 'umbrella'];

it('G310: one cache of two stores gives neither the answer of the other, under a middleware', async () => {
  const cache = memoryCache({ maxBytes: 1_000_000 });
  const billOf = (tenant: string) => {
    const handler = middy(async () => ({ statusCode: 201, body: `bill of ${tenant}` })).use(
      idempotencyKey({ store: memoryStore(), cache, tellRetention: false }) as middy.MiddlewareObj,
    );
    return async () => {
      const event = httpApiEvent({ headers: { 'idempotency-key': 'k' }, body: {} });
      return ((await handler(event, lambdaContext())) as { body: string }).body;
    };
  };
  const bills = tenants.map(billOf);
  for (const _ of [1, 2]) {
    for (const [index, bill] of bills.entries()) expect(await bill()).toBe(`bill of ${tenants[index]}`);
  }
});

it('G310: one cache of two stores gives neither the result of the other, for a wrapped function', async () => {
  const cache = memoryCache({ maxBytes: 1_000_000 });
  const bills = tenants.map((tenant) =>
    makeIdempotent(async (_id: string) => `bill of ${tenant}`, {
      ...{ name: 'bill', namespace: 'n', key: (id: string) => id, store: memoryStore(), cache, leaseMs: 1000 },
    }),
  );
  for (const _ of [1, 2]) {
    for (const [index, bill] of bills.entries()) expect(await bill('k')).toBe(`bill of ${tenants[index]}`);
  }
});

it('G310: two functions of one store share what is cached of it', async () => {
  const cache = memoryCache({ maxBytes: 1_000_000 });
  const asked: string[] = [];
  const memory = memoryStore();
  const store: IdempotencyStore = {
    ...memory,
    claim: (request) => {
      asked.push(request.id);
      return memory.claim(request);
    },
  };
  const [first, second] = ['one', 'two'].map((result) =>
    makeIdempotent(async (_id: string) => result, {
      ...{ name: 'bill', namespace: 'n', key: (id: string) => id, store, cache, leaseMs: 1000 },
    }),
  );
  expect([await first?.('k'), await second?.('k')]).toEqual(['one', 'one']);
  expect(asked).toHaveLength(1);
});
