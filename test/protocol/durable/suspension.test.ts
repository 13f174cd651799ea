import { type DurableContext, type DurableLambdaHandler, withDurableExecution } from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner, WaitingOperationStatus } from '@aws/durable-execution-sdk-js-testing';
import middy from '@middy/core';
import { executionModeDurableContext } from '@middy/core/executionModeDurableContext';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
} from '../../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../../functions/idempotency/entries/testing.ts';

interface Order {
  id: string;
  amount: number;
}

type Context = DurableContext & IdempotentContext;
type Run = (order: Order, context: Context) => Promise<unknown>;

const order: Order = { id: 'o-1', amount: 100 };

/** Both ways to make a Middy handler durable. */
const wrappers = {
  "Middy's executionModeDurableContext": (run: Run, options: IdempotencyKeyOptions) =>
    middy(run, { executionMode: executionModeDurableContext }).use(idempotencyKey(options)),
  'withDurableExecution around Middy': (run: Run, options: IdempotencyKeyOptions) => {
    const handler = middy(run).use(idempotencyKey(options));
    return withDurableExecution((order: Order, context) => handler(order, context as Context));
  },
};

beforeAll(() => LocalDurableTestRunner.setupTestEnvironment());
afterAll(() => LocalDurableTestRunner.teardownTestEnvironment());

describe.each(Object.entries(wrappers))('idempotencyKey under %s', (_, wrap) => {
  /** A durable function, and how its executions begin. */
  const durable = (run: Run, options: IdempotencyKeyOptions = {}) => {
    const events: IdempotencyEvent[] = [];
    const handlerFunction = wrap(run, {
      namespace: 'pay',
      key: ({ id }: Order) => id,
      store: memoryStore(),
      onEvent: (event) => events.push(event),
      ...options,
    }) as unknown as DurableLambdaHandler;
    return {
      events,
      types: () => events.map(({ type }) => type),
      execution: () => new LocalDurableTestRunner({ handlerFunction }),
      execute: (payload: unknown = order) => new LocalDurableTestRunner({ handlerFunction }).run({ payload }),
    };
  };

  it('G13: recognises its own claim when it resumes, and completes once', async () => {
    let charged = 0;
    const attempts: number[] = [];
    const { execute, types } = durable(async ({ amount }, context) => {
      attempts.push(context.idempotency.attempt);
      await context.step('charge', async () => {
        charged += 1;
      });
      await context.wait({ seconds: 1 });
      return { charged: amount };
    });
    const execution = await execute();
    expect(execution.getResult()).toEqual({ charged: 100 });
    expect(execution.getInvocations()).toHaveLength(2);
    expect(attempts).toEqual([1, 1]);
    expect(charged).toBe(1);
    expect(types()).toEqual(['claimed', 'claimed', 'completed']);
  });

  it('gives a second execution the result of the first', async () => {
    let runs = 0;
    const { execute } = durable(async (_order, context) => {
      await context.wait({ seconds: 1 });
      runs += 1;
      return { runs };
    });
    expect((await execute()).getResult()).toEqual({ runs: 1 });
    const second = await execute();
    expect(second.getResult()).toEqual({ runs: 1 });
    expect(second.getInvocations()).toHaveLength(1);
  });

  it('G13: refuses a second execution while the first is suspended, which then ends undisturbed', async () => {
    const { execution, execute, types } = durable(async (_order, context) => {
      const approval = await context.waitForCallback('approval', async () => undefined);
      return { approval };
    });
    const first = execution();
    const ended = first.run({ payload: order });
    const approval = await first.getOperation('approval').waitForData(WaitingOperationStatus.SUBMITTED);
    const second = await execute();
    expect(second.getStatus()).toBe('FAILED');
    expect(second.getError()).toMatchObject({ errorMessage: expect.stringMatching(/is being processed/) });
    await approval.sendCallbackSuccess('yes');
    expect((await ended).getResult()).toEqual({ approval: 'yes' });
    expect(types().filter((type) => type !== 'claimed')).toEqual(['in-progress', 'completed']);
  });

  it('frees the key when the execution fails', async () => {
    let fail = true;
    const { execute, types } = durable(async (_order, context) => {
      await context.wait({ seconds: 1 });
      if (fail) throw new Error('card declined');
      return 'charged';
    });
    expect((await execute()).getError()).toMatchObject({ errorMessage: 'card declined' });
    fail = false;
    expect((await execute()).getResult()).toBe('charged');
    expect(types()).toEqual(['claimed', 'claimed', 'released', 'claimed', 'claimed', 'completed']);
  });
});

it('G309: handlers that run at once in one execution each derive keys of their own', async () => {
  const pay = middy(
    async (_order: Order, context: Context) => {
      await Promise.resolve();
      return context.idempotency.deriveKey('charge');
    },
    { timeoutEarlyInMillis: 0 },
  ).use(idempotencyKey({ namespace: 'pay', key: ({ id }: Order) => id, store: memoryStore() }));
  const orders = ['o-1', 'o-2', 'o-3'].map((id) => ({ id, amount: 1 }));
  const handlerFunction = withDurableExecution((_event: unknown, context) =>
    Promise.all(orders.map((one) => pay(one, context as Context))),
  );
  const keys = (await new LocalDurableTestRunner({ handlerFunction }).run({ payload: {} })).getResult();
  expect(new Set(keys as string[]).size).toBe(3);
});
