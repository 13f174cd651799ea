import middy from '@middy/core';
import { describe, expect, it, vi } from 'vitest';
import {
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const event = () => httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: {} });
const call = async (handler: unknown): Promise<unknown> =>
  (handler as (event: unknown, context: unknown) => unknown)(event(), lambdaContext());

const nested = (between: (handler: unknown) => unknown = (handler) => handler, more: IdempotencyKeyOptions = {}) => {
  const events: IdempotencyEvent[] = [];
  const run = vi.fn(async () => ({ statusCode: 201 }));
  const options = { store: memoryStore(), onEvent: (told: IdempotencyEvent) => events.push(told) };
  const inner = between(middy(run).use(idempotencyKey({ ...options, ...more })));
  const outer = middy(async (given: unknown, context: IdempotentContext) =>
    (inner as (event: unknown, context: unknown) => unknown)(given, context),
  ).use(idempotencyKey(options));
  return { outer, run, types: () => events.map(({ type }) => type) };
};

describe('G315: a handler inside another one that has claimed the same record', () => {
  it('is refused at once, naming the cure, and the outer claim is freed', async () => {
    const { outer, run, types } = nested();
    for (let time = 0; time < 2; time += 1) {
      await expect(call(outer)).rejects.toThrow(/use the same record.*`namespace`/);
    }
    expect(run).not.toHaveBeenCalled();
    expect(types()).toEqual(['claimed', 'released', 'claimed', 'released']);
  });

  it('is refused through a third handler between them', async () => {
    const other = idempotencyKey({ store: memoryStore(), namespace: 'other' });
    const { outer } = nested((handler) => middy(handler as () => Promise<unknown>).use(other));
    await expect(call(outer)).rejects.toThrow('use the same record');
  });

  it('is refused in a copy of the context, too', async () => {
    const { outer } = nested(
      (inner) => (given: unknown, context: object) =>
        (inner as (event: unknown, context: unknown) => unknown)(given, { ...context }),
    );
    await expect(call(outer)).rejects.toThrow('use the same record');
  });

  it('runs when it has a namespace of its own', async () => {
    const { outer, run } = nested(undefined, { namespace: 'inner' });
    expect(await call(outer)).toMatchObject({ statusCode: 201 });
    expect(run).toHaveBeenCalledTimes(1);
  });
});

it('G315: two requests at the same time are a conflict, no mistake', async () => {
  const handler = middy(async () => ({ statusCode: 201 })).use(idempotencyKey({ store: memoryStore() }));
  const context = lambdaContext() as IdempotentContext;
  const answers = await Promise.all([handler(event(), context), handler(event(), context)]);
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409]);
});
