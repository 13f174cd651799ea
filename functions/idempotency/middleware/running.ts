import type { Request } from '@middy/core';
import { type Watch, watchRequest } from './watch-request.ts';

/**
 * What belongs to the requests that run: one entry a request, taken once by whoever settles it. A request that was refused has none,
 * and must touch nothing.
 */
export const createRunning = <Run>() => {
  const runs = new WeakMap<Request, { run: Run; watch: Watch }>();

  /** Takes what belongs to a request out, so that it is settled once. */
  const take = (request: Request): { run: Run; watch: Watch } | undefined => {
    const running = runs.get(request);
    runs.delete(request);
    return running;
  };

  /** Lets a request run; `settleEarly` ends it when another middleware answers, and gives the answer. */
  const start = (
    request: Request,
    run: Run,
    settleEarly: (run: Run, watch: Watch, answer: unknown) => Promise<unknown> | undefined,
  ): void => {
    const watch = watchRequest(request, (seen, answer) => (take(request) ? settleEarly(run, seen, answer) : undefined));
    runs.set(request, { run, watch });
  };

  return { start, take };
};
