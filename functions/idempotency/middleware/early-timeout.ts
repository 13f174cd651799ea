/** What Middy reserves before the deadline unless `timeoutEarlyInMillis` says otherwise. */
const middyTimeoutEarlyMs = 5;

export interface Ending {
  error: unknown;
  /** Time left until the invocation's deadline, as fixed on arrival. */
  remainingMs: number;
  /** Middy's option `timeoutEarlyInMillis`, where it was changed. */
  timeoutEarlyInMillis: number | undefined;
}

/**
 * Whether Middy may have answered for a handler that is still running: it then runs `after` or `onError` like any other time.
 *
 * Middy's own error is recognised whenever it comes. An answer of your own (`timeoutEarlyResponse`) can't be told from the
 * handler's, except by the clock: Middy gives it when `timeoutEarlyInMillis` are left.
 */
export const handlerMayStillRun = ({ error, remainingMs, timeoutEarlyInMillis }: Ending): boolean =>
  isMiddyTimeout(error) || remainingMs <= (timeoutEarlyInMillis ?? middyTimeoutEarlyMs);

const isMiddyTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'TimeoutError' &&
  (error.cause as { package?: unknown } | undefined)?.package === '@middy/core';
