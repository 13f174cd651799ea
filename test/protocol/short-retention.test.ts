import middy from '@middy/core';
import { expect, it } from 'vitest';
import { type IdempotentContext, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { manualClock } from '../support/clock.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

it('a crash is remembered for the retention after its lease, however short that is', async () => {
  const clock = manualClock();
  const runs = [() => new Promise<never>(() => undefined), ({ idempotency }: IdempotentContext) => idempotency];
  const handler = middy(async (_event: unknown, context: IdempotentContext) => runs.shift()?.(context)).use(
    idempotencyKey({ store: memoryStore(), retentionSeconds: 1, leaseMs: 60_000, now: clock.now }),
  );
  const call = () => handler(httpApiEvent({ headers: { 'idempotency-key': 'k' } }) as never, lambdaContext() as never);
  void call();
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(60_999);
  expect(await call()).toMatchObject({ attempt: 2, previous: 'crashed' });
});
