import { type DurableContext, withDurableExecution } from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import middy from '@middy/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type IdempotencyEvent,
  type IdempotentContext,
  idempotencyKey,
} from '../../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../../functions/idempotency/entries/testing.ts';
import { killedOnce } from './durable.ts';

type Context = DurableContext & IdempotentContext;

interface Order {
  id: string;
}

beforeAll(() => LocalDurableTestRunner.setupTestEnvironment());
afterAll(() => LocalDurableTestRunner.teardownTestEnvironment());

it('G13: an invocation that is killed is continued by the next one of the same execution', async () => {
  const killed = Promise.withResolvers<void>();
  const events: IdempotencyEvent[] = [];
  let charges = 0;
  let runs = 0;
  const pay = async (_order: Order, context: Context) => {
    runs += 1;
    const charge = await context.step('charge', async () => {
      charges += 1;
      return charges;
    });
    if (runs > 1) return { charge };
    killed.resolve();
    return new Promise<never>(() => undefined);
  };
  const guarded = middy(pay).use(
    idempotencyKey({
      namespace: 'pay',
      key: ({ id }: Order) => id,
      store: memoryStore(),
      onEvent: (event) => events.push(event),
    }),
  );
  const handler = withDurableExecution((order: Order, context) => guarded(order, context as Context));
  const execution = await new LocalDurableTestRunner({ handlerFunction: killedOnce(handler, killed.promise) }).run({
    payload: { id: 'o-1' },
  });
  expect(execution.getResult()).toEqual({ charge: 1 });
  expect({ runs, charges }).toEqual({ runs: 2, charges: 1 });
  expect(events).toMatchObject([
    { type: 'claimed', attempt: 1 },
    { type: 'claimed', attempt: 1 },
    { type: 'completed', attempt: 1 },
  ]);
});
