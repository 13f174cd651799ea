import { AsyncLocalStorage } from 'node:async_hooks';
import type { Scheduler } from 'fast-check';
import type { manualClock } from '../support/clock.ts';
import { type CrashPoint, type Fate, type InvocationPlan, type Phase, timeoutMs } from './plan.ts';
import type { Happening, Moment } from './trace.ts';

/** What all invocations of one schedule share. */
export interface World {
  scheduler: Scheduler;
  clock: ReturnType<typeof manualClock>;
  moments: Moment[];
}

/** One invocation: a process that Lambda kills at its deadline, and that may die before. */
export interface Invocation {
  readonly index: number;
  readonly plan: InvocationPlan;
  /** Ends the invocation in an answer or a crash. */
  readonly ended: Promise<unknown>;
  now(): number;
  remainingMs(): number;
  note(happening: Happening): void;
  /** Lets the scheduler go on with anyone; whatever follows happens when it comes back to this. */
  turn(label: string): Promise<void>;
  /** Goes on unless the invocation dies here: then it never does. */
  survive(point?: CrashPoint): Promise<void>;
  nextFate(phase: Phase): Fate;
  crashesAt(point: CrashPoint): boolean;
  crash(): Promise<never>;
  end(): void;
}

const invocations = new AsyncLocalStorage<Invocation>();

/** The invocation that the running code belongs to: all of them go through one handler, as in a busy execution environment. */
export const currentInvocation = (): Invocation => {
  const invocation = invocations.getStore();
  if (!invocation) throw new Error('This code runs in no invocation.');
  return invocation;
};

export const runIn = <Result>(invocation: Invocation, run: () => Result): Result => invocations.run(invocation, run);

export const createInvocation = (world: World, index: number, plan: InvocationPlan): Invocation => {
  const { scheduler, clock, moments } = world;
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  const fates = { admission: [...plan.fates.admission], settlement: [...plan.fates.settlement] };
  const deadlineMs = clock.now() + timeoutMs;
  let dead = false;

  const remainingMs = () => deadlineMs - clock.now();
  const note = (happening: Happening) => {
    moments.push({ ...happening, invocation: index, atMs: clock.now() });
  };
  const end = () => resolve(undefined);
  const crash = (): Promise<never> => {
    if (!dead) note({ type: 'crashed' });
    dead = true;
    end();
    return new Promise(() => undefined);
  };
  const crashesAt = (point: CrashPoint) => plan.crash === point;

  return {
    index,
    plan,
    ended,
    now: () => clock.now() + plan.skewMs,
    remainingMs,
    note,
    turn: (label) => scheduler.schedule(Promise.resolve(), `${index}: ${label}`),
    survive: async (point) => {
      if (dead || remainingMs() <= 0 || (point && crashesAt(point))) await crash();
    },
    nextFate: (phase) => fates[phase].shift() ?? 'answered',
    crashesAt,
    crash,
    end,
  };
};
