import { setTimeout as sleep } from 'node:timers/promises';
import { withTimeLimit } from './deadline.ts';

const baseDelayMs = 25;
const maxDelayMs = 1000;

export interface RetryOptions {
  /** Epoch milliseconds after which no try starts or continues. */
  deadlineMs: number;
  now: () => number;
  isRetryable: (error: unknown) => boolean;
}

/**
 * Repeats a call until it succeeds, fails for good, or time is up.
 *
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ full jitter
 */
export const retryUntil = async <Result>(
  call: (signal: AbortSignal) => Promise<Result>,
  { deadlineMs, now, isRetryable }: RetryOptions,
): Promise<Result> =>
  withTimeLimit(deadlineMs - now(), async (signal) => {
    for (let failures = 0; ; failures += 1) {
      try {
        return await call(signal);
      } catch (error) {
        const delayMs = Math.random() * Math.min(maxDelayMs, baseDelayMs * 2 ** failures);
        if (signal.aborted || !isRetryable(error) || now() + delayMs >= deadlineMs) throw error;
        await sleep(delayMs);
      }
    }
  });
