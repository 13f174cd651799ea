import middy from '@middy/core';
import type { Scheduler } from 'fast-check';
import type { IdempotencyStore } from '../../functions/idempotency/index.ts';
import { memoryStore } from '../../functions/idempotency/testing/index.ts';
import { manualClock } from '../support/clock.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { createInvocation, currentInvocation, type Invocation, runIn, type World } from './invocation.ts';
import type { ProtectedOperation } from './operations.ts';
import { type InvocationPlan, leaseMs, type Plan, timeoutMs, uneventful } from './plan.ts';
import { scheduledStore } from './scheduled-store.ts';
import { type Answer, isWon, momentsOf, type Trace } from './trace.ts';

export interface ScenarioOptions {
  operation: ProtectedOperation;
  /** What the requests are sent to. */
  createStore?: () => IdempotencyStore;
  afterCrash?: 'rerun' | 'reject';
}

/** The error that Middy answers with when the time is up and the handler still runs. */
const middyTimeout = (): Error =>
  Object.assign(new Error('aborted', { cause: { package: '@middy/core' } }), { name: 'TimeoutError' });

/** The handler under test: its effect is noted, and its response says which execution gave it. */
const pay = async (): Promise<unknown> => {
  const { index, plan, note, turn, survive } = currentInvocation();
  const takeEffect = async () => {
    await turn('takes effect');
    await survive('in the handler');
    note({ type: 'effect' });
  };
  note({ type: 'started' });
  if (plan.outcome === 'times out') {
    void takeEffect();
    throw middyTimeout();
  }
  if (plan.outcome === 'succeeds') {
    await takeEffect();
    await survive('after the effect');
    await turn('returns');
    await survive();
    const response = { statusCode: 201, body: JSON.stringify({ execution: index, payload: plan.payload }) };
    note({ type: 'returned', response });
    return response;
  }
  await turn('fails');
  await survive('in the handler');
  if (plan.outcome === 'throws') throw new RangeError('declined');
  return { statusCode: 500, body: 'declined' };
};

/** Runs the invocations of a plan in the order of the scheduler, and tells what happened. */
export const createScenario = async (
  scheduler: Scheduler,
  plan: Plan,
  { operation, createStore = memoryStore, afterCrash = 'rerun' }: ScenarioOptions,
) => {
  const clock = manualClock();
  const world: World = { scheduler, clock, moments: [] };
  const store = createStore();
  const headers = await operation.header(store, clock.now());
  const handler = middy(pay, { timeoutEarlyInMillis: 0 }).use(
    operation.middleware({
      store: scheduledStore(store),
      now: () => currentInvocation().now(),
      retentionSeconds: plan.retentionSeconds,
      afterCrash,
      onEvent: () => undefined,
    }),
  );

  const invoke = async (invocation: Invocation): Promise<void> => {
    const { note, end, remainingMs } = invocation;
    const { payload } = invocation.plan;
    note({ type: 'arrived', payload, deadlineMs: clock.now() + timeoutMs });
    const event = httpApiEvent({ headers, body: { payload } });
    try {
      const answer = await handler(event as never, lambdaContext({ getRemainingTimeInMillis: remainingMs }) as never);
      note({ type: 'answered', answer: answer as Answer });
    } catch (error) {
      note({ type: 'threw', error });
    }
    end();
  };

  const arrive = async (invocationPlan: InvocationPlan, index: number): Promise<void> => {
    for (let turns = 0; turns <= invocationPlan.arrivesAfterTurns; turns += 1) {
      await scheduler.schedule(Promise.resolve(), `${index}: arrives`);
    }
    clock.advance(invocationPlan.arrivesAfterMs);
    const invocation = createInvocation(world, index, invocationPlan);
    void runIn(invocation, () => invoke(invocation));
    await invocation.ended;
  };

  const passTime = async (): Promise<void> => {
    for (const ms of plan.advancesMs) {
      await scheduler.schedule(Promise.resolve(), `${ms} ms pass`);
      clock.advance(ms);
    }
  };

  const settled = async (activities: Promise<unknown>[]): Promise<void> => {
    await scheduler.waitFor(Promise.all(activities));
    await scheduler.waitIdle();
  };

  /** All the plan's invocations, until each has ended and the network is empty. */
  const run = async (): Promise<Trace> => {
    await settled([...plan.invocations.map(arrive), passTime()]);
    return world.moments;
  };

  /** One more request after everything else, that nothing goes wrong with. */
  const callAgain = async ({ afterLeases }: { afterLeases: boolean }): Promise<Answer | undefined> => {
    if (afterLeases) clock.advance(leaseMs);
    const { moments } = world;
    const lastClaim = momentsOf(moments, 'applied').findLast(
      (applied) => (applied.verb === 'claim' || applied.verb === 'consume') && isWon(applied),
    );
    const { payload } = plan.invocations[lastClaim?.invocation ?? 0] ?? { payload: 'mouse' };
    const index = plan.invocations.length;
    await settled([arrive({ ...uneventful, payload }, index)]);
    return momentsOf(moments, 'answered').find(({ invocation }) => invocation === index)?.answer;
  };

  return { run, callAgain, trace: world.moments as Trace };
};
