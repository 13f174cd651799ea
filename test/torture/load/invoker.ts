import { setTimeout as sleep } from 'node:timers/promises';
import type { Draw } from '../draw.ts';
import type { EntryPoint } from '../entry-points.ts';
import type { Answer, Recorder } from '../history/history.ts';
import type { Doom, Fleet } from '../workers/fleet.ts';
import type { InvocationPlan } from './load.ts';

export interface AskedOperation {
  id: string;
  entry: EntryPoint;
  token: string | undefined;
}

export interface InvokerSettings {
  fleet: Fleet;
  recorder: Recorder;
  draw: Draw;
}

export interface Asking {
  /** Which of its callers asks. */
  caller: string;
  settling?: boolean;
}

export type Invoke = (operation: AskedOperation, plan: InvocationPlan, asking: Asking) => Promise<Answer | undefined>;

/** Sends a request to a worker, as Lambda does: one at a time, and whoever hasn't answered at its deadline is killed. */
export const createInvoker = ({ fleet, recorder, draw }: InvokerSettings): Invoke => {
  let invocations = 0;

  return async ({ id, entry, token }, plan, { caller, settling = false }) => {
    const worker = await fleet.take();
    invocations += 1;
    const invocation = `i${invocations}`;
    const about = { operation: id, invocation };
    const deadlineAt = recorder.now() + plan.timeoutMs;
    const { client } = worker.settings;
    const execution = `${id} ${caller}`;
    const { amount } = plan;
    recorder.record({
      ...{ ...about, kind: 'asked', entry, client, deadlineAt, amount },
      ...(entry === 'durable' && { execution }),
      ...(settling && { settling }),
    });
    if (plan.killed) fleet.doom(worker, invocation, drawDoom(draw));
    const timer = new AbortController();
    const answered = worker.invoke({
      ...about,
      entry,
      token,
      amount,
      execution,
      deadlineEpochMs: Date.now() + plan.timeoutMs,
      plan: plan.run,
    });
    const answer = await Promise.race([
      answered,
      sleep(plan.timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
    timer.abort();
    if (answer) recorder.record({ ...about, kind: 'answered', ...answer });
    else {
      recorder.record({ ...about, kind: 'unanswered' });
      if (worker.isAlive && !plan.outlives) worker.kill();
    }
    fleet.giveBack(worker);
    return answer;
  };
};

/** At a random time, or in the moment after something happened. */
const drawDoom = (draw: Draw): Doom => {
  const after = draw.pick(['asked', 'called', 'started', 'effect', 'ended'] as const);
  if (after === 'asked') return { after, delayMs: draw.between(0, 150) };
  return { after, delayMs: draw.chance(0.3) ? 0 : draw.between(0, 40) };
};
