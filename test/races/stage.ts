import type { Scheduler } from 'fast-check';
import { manualClock } from '../support/clock.ts';
import { createInvocation, type Invocation, runIn, type World } from './invocation.ts';
import { dayMs, type InvocationPlan, leaseMs, type Plan, timeoutMs, uneventful } from './plan.ts';
import { type Answer, momentsOf, type Trace } from './trace.ts';

export interface Stage {
  readonly clock: World['clock'];
  readonly trace: Trace;
  /** Runs all the plan's invocations, until each has ended and the network is empty. */
  run(call: Call): Promise<Trace>;
  /** One more request after everything else, that nothing goes wrong with. */
  runLast(
    call: Call,
    more: Pick<InvocationPlan, 'payload'> & Partial<InvocationPlan>,
    options: { afterLeases: boolean },
  ): Promise<Answer | undefined>;
}

/** What an invocation does; the answer is its caller's. */
export type Call = (invocation: Invocation) => Promise<unknown>;

/** A schedule is microtasks only: without this, thousands of them would keep the timers of the library from ever being freed. */
const eventLoopTurn = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));

/** Ahead of the machine's clock: a database may delete by that what has expired. */
const startMs = (): number => (Math.floor(Date.now() / dayMs) + 1) * dayMs;

/** Where the invocations of a plan come and go in the order of the scheduler. */
export const createStage = (scheduler: Scheduler, plan: Plan): Stage => {
  const clock = manualClock(startMs());
  const world: World = { scheduler, clock, moments: [] };

  const answer = async (invocation: Invocation, call: Call): Promise<void> => {
    const { note, end } = invocation;
    note({ type: 'arrived', payload: invocation.plan.payload, deadlineMs: clock.now() + timeoutMs });
    try {
      note({ type: 'answered', answer: (await call(invocation)) as Answer });
    } catch (error) {
      note({ type: 'threw', error });
    }
    end();
  };

  const arrive = async (call: Call, invocationPlan: InvocationPlan, index: number): Promise<void> => {
    for (let turns = 0; turns <= invocationPlan.arrivesAfterTurns; turns += 1) {
      await scheduler.schedule(Promise.resolve(), `${index}: arrives`);
    }
    clock.advance(invocationPlan.arrivesAfterMs);
    const invocation = createInvocation(world, index, invocationPlan);
    void runIn(invocation, () => answer(invocation, call));
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

  const run: Stage['run'] = async (call) => {
    await eventLoopTurn();
    await settled([...plan.invocations.map((invocation, index) => arrive(call, invocation, index)), passTime()]);
    return world.moments;
  };

  const runLast: Stage['runLast'] = async (call, more, { afterLeases }) => {
    if (afterLeases) clock.advance(leaseMs);
    const index = plan.invocations.length;
    await settled([arrive(call, { ...uneventful, ...more }, index)]);
    return momentsOf(world.moments, 'answered').find(({ invocation }) => invocation === index)?.answer;
  };

  return { clock, trace: world.moments, run, runLast };
};
