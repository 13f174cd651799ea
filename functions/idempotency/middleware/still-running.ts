import { isPlain } from '../base/plain.ts';

/** What Middy reserves before the deadline unless `timeoutEarlyInMillis` says otherwise. */
const middyTimeoutEarlyMs = 5;

const stillRunningAnswers = new WeakSet<object>();

/**
 * Marks the answer or error that Middy's `timeoutEarlyResponse` gives while the handler is still running, so that it is not remembered as
 * the handler's own: the claim holds until its lease ends, and collected writes are dropped.
 *
 * @throws {TypeError} when the argument is not an object
 *
 * @example
 * ```ts
 * middy(pay, { timeoutEarlyResponse: () => stillRunning({ statusCode: 504, body: 'Ask again later.' }) });
 * ```
 */
export const stillRunning = <Answer extends object>(answer: Answer): Answer => {
  if (typeof answer !== 'object' || answer === null) {
    throw new TypeError('stillRunning: pass the answer or error as an object.');
  }
  // A copy, since a handler may answer with the same constant. An error, or another instance, can't be copied.
  const marked = isPlain(answer) ? { ...answer } : answer;
  stillRunningAnswers.add(marked);
  return marked;
};

export const isStillRunning = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && stillRunningAnswers.has(answer);

/**
 * Whether Middy may have answered for a handler that is still running: it then runs `after` or `onError` like any other time. Its own
 * error is recognised whenever it comes, an answer of your own by its mark, else by the clock: in the last milliseconds.
 */
export const handlerMayStillRun = (ending: unknown, remainingMs: number): boolean =>
  isStillRunning(ending) || isMiddyTimeout(ending) || remainingMs <= middyTimeoutEarlyMs;

const isMiddyTimeout = (error: unknown): boolean => {
  try {
    return (
      error instanceof Error &&
      error.name === 'TimeoutError' &&
      (error.cause as { package?: unknown } | undefined)?.package === '@middy/core'
    );
  } catch {
    return false; // of what a handler throws, any property may throw
  }
};
