import { type Exchange, isSuccess } from '../target/exchange.ts';
import type { Target } from '../target/target.ts';

export interface ConcurrentSeen {
  answers: readonly Exchange[];
  effects: number | undefined;
}

/** The same request many times at the same time. */
export const probeConcurrent = (target: Target): Promise<ConcurrentSeen> => {
  const { concurrency, slow: headers } = target.settings;
  const operation = target.newOperation();
  return target.withEffects(operation, async () => ({
    answers: await Promise.all(
      Array.from({ length: concurrency }, () => target.send('concurrent', operation, { headers })),
    ),
  }));
};

export interface RunningSeen {
  first: Exchange;
  duplicate: Exchange;
  /** Sent as soon as the duplicate had been refused. */
  third: Exchange | undefined;
  repeat: Exchange;
  effects: number | undefined;
  /** Whether the duplicate was answered while the first was still running. */
  metRunning: boolean;
}

const tries = 3;

/** A duplicate while the first is running, and another one when that was refused. */
export const probeRunning = async (target: Target): Promise<RunningSeen> => {
  let seen = await metRunning(target);
  for (let count = 1; count < tries && !seen.metRunning; count += 1) seen = await metRunning(target);
  return seen;
};

const metRunning = (target: Target): Promise<RunningSeen> => {
  const { slow: headers } = target.settings;
  const operation = target.newOperation();
  return target.withEffects(operation, async () => {
    let isRunning = true;
    const running = target.accepted('first', operation, { headers }).finally(() => {
      isRunning = false;
    });
    // Whatever comes of it is told when it is awaited.
    running.catch(() => {});
    await target.pause(target.usualMs / 4);
    const duplicate = await target.send('duplicate', operation, { headers });
    const metRunning = isRunning;
    const third = isSuccess(duplicate) ? undefined : await target.send('duplicate', operation, { headers });
    const first = await running;
    return { first, duplicate, third, metRunning, repeat: await target.send('repeat', operation) };
  });
};
