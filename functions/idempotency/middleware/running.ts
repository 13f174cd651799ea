import type { Request } from '@middy/core';
import { onEarlyAnswer, type Phase } from './early-answer.ts';

/**
 * What belongs to the requests that run: one entry a request, taken once by whoever settles it. A request that was refused has none,
 * and must touch nothing.
 */
export const createRunning = <Run>() => {
  const runs = new WeakMap<Request, Run>();

  /** Takes what belongs to a request out, so that it is settled once. */
  const take = (request: Request): Run | undefined => {
    const run = runs.get(request);
    runs.delete(request);
    return run;
  };

  /** Lets a request run; `settleEarly` ends it when another middleware answers, and gives the answer. */
  const start = (
    request: Request,
    run: Run,
    settleEarly: (run: Run, phase: Phase, answer: unknown) => Promise<unknown> | undefined,
  ): void => {
    runs.set(request, run);
    onEarlyAnswer(request, (phase, answer) => {
      const running = take(request);
      return running && settleEarly(running, phase, answer);
    });
  };

  return { start, take };
};
