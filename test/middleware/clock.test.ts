import middy from '@middy/core';
import { expect, it, vi } from 'vitest';
import { idempotencyKey, issueToken, makeIdempotent } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

it.each<[string, () => unknown]>([
  ['a date', () => new Date()],
  ['a promise', async () => 5],
  ['nothing', () => undefined],
  ['NaN', () => Number.NaN],
])('a clock that returns %s is refused when it is asked: no claim would hold by it', async (_what, clock) => {
  const now = clock as () => number;
  const store = memoryStore();
  const run = vi.fn();
  const handler = middy(run).use(idempotencyKey({ store, now }) as middy.MiddlewareObj);
  const event = httpApiEvent({ headers: { 'idempotency-key': 'k' }, body: {} });
  await expect(handler(event, lambdaContext())).rejects.toThrow(/`now` must return epoch milliseconds/);
  await expect(makeIdempotent(run, { name: 'run', namespace: 'n', key: () => 'k', store, now })()).rejects.toThrow(
    /`now` must/,
  );
  await expect(issueToken(store, { scope: 's', now })).rejects.toThrow(/`now` must/);
  expect(run).not.toHaveBeenCalled();
});

it('a clock that stands still doesn’t keep a duplicate waiting for longer than `wait` says', async () => {
  const first = Promise.withResolvers<void>();
  const pay = makeIdempotent(() => first.promise, {
    name: 'pay',
    namespace: 'n',
    key: () => 'k',
    leaseMs: 60_000,
    store: memoryStore(),
    now: () => 1_750_000_000_000,
    wait: { upToMs: 100 },
  });
  const running = pay();
  await expect(pay()).rejects.toMatchObject({ code: 'IN_PROGRESS' });
  first.resolve();
  await running;
});
