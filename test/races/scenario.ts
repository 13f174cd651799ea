import middy from '@middy/core';
import type { Scheduler } from 'fast-check';
import { type IdempotencyInfo, type IdempotencyStore, resolve } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { currentInvocation, type Invocation } from './invocation.ts';
import { issuingStore } from './issuing-store.ts';
import type { ProtectedOperation } from './operations.ts';
import { type Plan, uneventful } from './plan.ts';
import { type NetworkOptions, scheduledStore } from './scheduled-store.ts';
import { type Call, createStage } from './stage.ts';
import { type Answer, isWon, momentsOf } from './trace.ts';

export interface ScenarioOptions extends NetworkOptions {
  operation: ProtectedOperation;
  /** What the requests are sent to. */
  createStore?: () => IdempotencyStore;
  afterCrash?: 'rerun' | 'reject';
  /** As a store would that takes an issue whose tries had no answer for one that is over. */
  trustsIssues?: boolean;
}

/** The error that Middy answers with when the time is up and the handler still runs. */
const middyTimeout = (): Error =>
  Object.assign(new Error('aborted', { cause: { package: '@middy/core' } }), { name: 'TimeoutError' });

/** The handler under test: its effect is noted, and its response says which execution gave it. */
const pay = async (_event: unknown, { idempotency }: { idempotency?: IdempotencyInfo }): Promise<unknown> => {
  const { index, plan, note, turn, survive } = currentInvocation();
  const takeEffect = async () => {
    await turn('takes effect');
    await survive('in the handler');
    note({ type: 'effect' });
  };
  note({ type: 'started', ...(idempotency && { attempt: idempotency.attempt, previous: idempotency.previous }) });
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
  if (plan.outcome === 'cannot tell') {
    await takeEffect();
    return { statusCode: 504, body: 'no answer' };
  }
  await turn('fails');
  await survive('in the handler');
  if (plan.outcome === 'answers 422') return { statusCode: 422, body: 'not acted upon' };
  if (plan.outcome === 'throws') throw new RangeError('declined');
  return { statusCode: 500, body: 'declined' };
};

const nothingFound = { statusCode: 404, body: '' };

/** The invocations of a plan, as requests of one operation to one handler. */
export const createScenario = async (
  scheduler: Scheduler,
  plan: Plan,
  { operation, createStore = operation.createStore ?? memoryStore, afterCrash = 'rerun', ...options }: ScenarioOptions,
) => {
  const { clock, trace, run, runLast } = createStage(scheduler, plan);
  const store = createStore();
  const issuing = issuingStore(store, scheduler, plan, options);
  const headers = await operation.header(issuing, clock.now());
  const network = scheduledStore(store, options);
  const now = () => currentInvocation().now();
  const handler = middy(pay as never, { timeoutEarlyInMillis: 0 }).use(
    operation.middleware({
      store: network,
      now,
      retentionSeconds: plan.retentionSeconds,
      afterCrash,
      onEvent: (event) => currentInvocation().note({ type: 'reported', event }),
    }),
  );
  const contextOf = ({ plan: { execution }, remainingMs }: Invocation) => {
    const context = lambdaContext({ getRemainingTimeInMillis: remainingMs });
    if (execution === undefined) return context;
    return { lambdaContext: context, executionContext: { durableExecutionArn: `execution ${execution}` } };
  };

  /** Settles the operation, if anybody has claimed it yet, by what was found out about it. */
  const settle = async ({ index, note, plan: { finding } }: Invocation) => {
    const id = momentsOf(trace, 'applied')[0]?.request.id;
    if (id === undefined) return nothingFound;
    const response = { statusCode: 201, body: JSON.stringify({ execution: index }) };
    const done = finding === 'was done';
    if (done) note({ type: 'returned', response });
    await resolve(network, id, done ? { complete: response } : { release: true }, {
      now,
      retentionSeconds: plan.retentionSeconds,
    });
    return response;
  };

  const call: Call = async (invocation) => {
    const { finding, payload } = invocation.plan;
    if (finding) return settle(invocation);
    return handler(httpApiEvent({ headers, body: { payload } }) as never, contextOf(invocation) as never);
  };

  /** With the payload that was claimed last: it is the one that can be answered. */
  const callAgain = ({ afterLeases }: { afterLeases: boolean }): Promise<Answer | undefined> => {
    const lastClaim = momentsOf(trace, 'applied').findLast(
      (applied) => (applied.verb === 'claim' || applied.verb === 'consume') && isWon(applied),
    );
    const { payload, execution } = plan.invocations[lastClaim?.invocation ?? 0] ?? uneventful;
    return runLast(call, { payload, execution }, { afterLeases });
  };

  return { run: () => run(call), callAgain, trace };
};
