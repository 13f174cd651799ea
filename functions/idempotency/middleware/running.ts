import type { Request } from '@middy/core';
import { type Watch, watchRequest } from './watch-request.ts';

/**
 * What belongs to the requests that run: one entry a request, taken once by whoever settles it. A request that was refused has none,
 * and must touch nothing.
 */
export const createRunning = <Run>() => {
  const runs = new WeakMap<Request, { run: Run; watch: Watch }>();
  const settlements = new WeakMap<Request, Promise<unknown>>();

  /** Takes what belongs to a request out, so that it is settled once. */
  const take = (request: Request): { run: Run; watch: Watch } | undefined => {
    const running = runs.get(request);
    runs.delete(request);
    return running;
  };

  /** Lets a request run; `settleEarly` ends it when another middleware answers or ends it, and gives the answer. */
  const start = (
    request: Request,
    run: Run,
    settleEarly: (run: Run, watch: Watch, answer: unknown) => Promise<unknown> | undefined,
  ): void => {
    const watch = watchRequest(request, (seen, answer) => {
      if (!take(request)) return settlements.get(request)?.then(() => answer);
      const settlement = settleEarly(run, seen, answer);
      if (settlement !== undefined) settlements.set(request, settlement);
      return settlement;
    });
    runs.set(request, { run, watch });
  };

  /** The response of a handler that has ended: Middy waits for promises only, Lambda for whatever has a `then`. */
  const responseOf = async (request: Request): Promise<unknown> => {
    try {
      return await request.response;
    } catch (error) {
      const running = runs.get(request);
      if (running) running.watch.returned = undefined;
      throw error;
    }
  };

  /** Waits for what has been begun in the place of a hook. */
  const settled = async (request: Request): Promise<void> => {
    await settlements.get(request);
  };

  const isUnderWay = (request: Request): boolean => runs.has(request);

  return { start, take, isUnderWay, responseOf, settled };
};
