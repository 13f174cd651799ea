import type { DurableLambdaHandler } from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import middy from '@middy/core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  currentOperation,
  type IdempotencyKeyOptions,
  type IdempotencyStore,
  type IdempotentContext,
  idempotencyKey,
  makeIdempotent,
  StoreError,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { exampleDatabase } from '../support/examples.ts';
import { lambdaContext } from '../support/lambda.ts';

exampleDatabase();

beforeAll(() => LocalDurableTestRunner.setupTestEnvironment());
afterAll(() => LocalDurableTestRunner.teardownTestEnvironment());

it('durable: two executions of one order charge once, and both get the answer', async () => {
  const { cards } = await import('../../docs/examples/card-provider.ts');
  const charged: string[] = [];
  cards.charge = async ({ orderId }) => {
    charged.push(orderId);
  };
  const { handler } = await import('../../docs/examples/durable.ts');
  const execute = () =>
    new LocalDurableTestRunner({ handlerFunction: handler as unknown as DurableLambdaHandler }).run({
      payload: { id: 'o-1', amount: 100 },
    });
  const first = await execute();
  expect(first.getInvocations()).toHaveLength(2);
  expect(first.getResult()).toEqual({ paid: 'o-1' });
  const second = await execute();
  expect(second.getInvocations()).toHaveLength(1);
  expect(second.getResult()).toEqual({ paid: 'o-1' });
  expect(charged).toEqual(['o-1']);
});

const execution = (name: string) => ({
  lambdaContext: lambdaContext(),
  executionContext: {
    durableExecutionArn: `arn:aws:lambda:eu-central-1:123456789012:function:pay:1/durable-execution/${name}`,
  },
});

/** A handler that waits on its first run, and an execution of it that is suspended there. */
const suspended = async (options: IdempotencyKeyOptions = {}) => {
  const runs: unknown[] = [];
  const store = memoryStore();
  let nowMs = 0;
  let isDown = false;
  const answers: (() => unknown)[] = [() => new Promise(() => undefined)];
  const claim: IdempotencyStore['claim'] = (request, signal) => {
    if (isDown) throw new StoreError('down', { retryable: true, cause: undefined });
    return store.claim(request, signal);
  };
  const handler = middy(async (_order: unknown, { idempotency: { attempt, previous } }: IdempotentContext) => {
    runs.push([attempt, previous]);
    return answers.shift()?.() ?? 'done';
  }).use(
    idempotencyKey({
      key: () => 'o-1',
      store: { ...store, claim },
      now: () => nowMs,
      leaseMs: 60_000,
      onEvent: () => undefined,
      ...options,
    }),
  );
  const invoke = (name: string, amount = 5) => handler({ amount }, execution(name) as never) as Promise<unknown>;
  void invoke('first');
  await vi.waitFor(() => expect(runs).toHaveLength(1));
  return {
    runs,
    invoke,
    answers,
    setDown: (down: boolean) => {
      isDown = down;
    },
    endLease: () => {
      nowMs += 60_000;
    },
  };
};

it('durable: after an execution that failed, the next one with the same payload is attempt 2', async () => {
  const { runs, invoke, answers } = await suspended();
  answers.push(() => Promise.reject(new Error('declined')));
  await expect(invoke('first')).rejects.toThrow('declined');
  await expect(invoke('second', 6)).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  expect(await invoke('second')).toBe('done');
  expect(runs).toEqual([
    [1, undefined],
    [1, undefined],
    [2, 'failed'],
  ]);
});

it('durable: an execution that can’t reach the table on resuming fails, and its key is held until the lease ends', async () => {
  const { runs, invoke, setDown, endLease } = await suspended();
  setDown(true);
  await expect(invoke('first')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  setDown(false);
  await expect(invoke('second')).rejects.toMatchObject({ code: 'IN_PROGRESS' });
  endLease();
  expect(await invoke('second')).toBe('done');
  expect(runs.at(-1)).toEqual([2, 'crashed']);
});

it('durable: under afterCrash: reject, an execution that went silent is never followed by another', async () => {
  const { invoke, endLease } = await suspended({ afterCrash: 'reject' });
  endLease();
  await expect(invoke('second')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
});

it('durable: an invocation that was believed dead neither completes nor frees what its successor works on', async () => {
  const late = Promise.withResolvers<unknown>();
  const { invoke, answers, runs } = await suspended();
  answers.push(() => late.promise);
  const believedDead = invoke('first');
  await vi.waitFor(() => expect(runs).toHaveLength(2));
  answers.push(() => new Promise(() => undefined));
  void invoke('first');
  await vi.waitFor(() => expect(runs).toHaveLength(3));
  late.reject(new Error('late'));
  await expect(believedDead).rejects.toThrow('late');
  await expect(invoke('second')).rejects.toMatchObject({ code: 'IN_PROGRESS' });
});

it('durable: a step that failed and is tried again is the next attempt', async () => {
  const attempts: unknown[] = [];
  const charge = makeIdempotent(
    async (_order: unknown, _context: unknown) => {
      attempts.push(currentOperation().attempt);
      if (attempts.length === 1) throw new Error('declined');
    },
    { name: 'charge', key: () => 'o-1', store: memoryStore() },
  );
  const context = execution('first');
  await expect(charge({}, context)).rejects.toThrow('declined');
  await charge({}, context);
  expect(attempts).toEqual([1, 2]);
});
