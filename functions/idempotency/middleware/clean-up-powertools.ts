import type { Request } from '@middy/core';
import type { ExecutionSettings } from '../protocol/settings.ts';

/**
 * Where Powertools' middlewares leave what they would do in the hooks that Middy skips after an early answer: close the segment, flush the
 * metrics, restore the logger. As `cleanupMiddlewares` of `@aws-lambda-powertools/commons` has it, and in its order.
 *
 * @see https://docs.aws.amazon.com/powertools/typescript/latest/features/metrics/#flushing-metrics
 */
const cleanups = ['tracer', 'metrics', 'logger', 'idempotency'].map((name) => `powertools-for-aws.${name}`);

/** Runs what Powertools' middlewares have left. One that throws doesn't cost the caller the answer: an event tells. */
export const cleanUpPowertools = async (request: Request, report: ExecutionSettings['report']): Promise<void> => {
  const left: Readonly<Record<string, unknown>> = request.internal;
  for (const callback of cleanups) {
    const cleanUp = left[callback];
    try {
      if (typeof cleanUp === 'function') await cleanUp(request);
    } catch (error) {
      report('callback-failed', {}, { callback, error });
    }
  }
};
