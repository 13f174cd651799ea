import middy from '@middy/core';
import type { Scheduler } from 'fast-check';
import type { IdempotencyStore } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { currentInvocation } from './invocation.ts';
import type { ProtectedOperation } from './operations.ts';
import { type Plan, uneventful } from './plan.ts';
import { scheduledStore } from './scheduled-store.ts';
import { type Call, createStage } from './stage.ts';
import { type Answer, isWon, momentsOf } from './trace.ts';

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

/** The invocations of a plan, as requests of one operation to one handler. */
export const createScenario = async (
  scheduler: Scheduler,
  plan: Plan,
  { operation, createStore = memoryStore, afterCrash = 'rerun' }: ScenarioOptions,
) => {
  const { clock, trace, run, runLast } = createStage(scheduler, plan);
  const store = createStore();
  const headers = await operation.header(store, clock.now());
  const handler = middy(pay, { timeoutEarlyInMillis: 0 }).use(
    operation.middleware({
      store: scheduledStore(store),
      now: () => currentInvocation().now(),
      retentionSeconds: plan.retentionSeconds,
      afterCrash,
      onEvent: (event) => currentInvocation().note({ type: 'reported', event }),
    }),
  );
  const call: Call = (invocation) =>
    handler(
      httpApiEvent({ headers, body: { payload: invocation.plan.payload } }) as never,
      lambdaContext({ getRemainingTimeInMillis: invocation.remainingMs }) as never,
    );

  /** With the payload that was claimed last: it is the one that can be answered. */
  const callAgain = ({ afterLeases }: { afterLeases: boolean }): Promise<Answer | undefined> => {
    const lastClaim = momentsOf(trace, 'applied').findLast(
      (applied) => (applied.verb === 'claim' || applied.verb === 'consume') && isWon(applied),
    );
    const { payload } = plan.invocations[lastClaim?.invocation ?? 0] ?? uneventful;
    return runLast(call, payload, { afterLeases });
  };

  return { run: () => run(call), callAgain, trace };
};
