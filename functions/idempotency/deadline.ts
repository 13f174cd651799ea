/** Left for Lambda to send the answer after the record has been written. */
export const answerMarginMs = 250;

/** Without a Lambda context there is no deadline to keep. */
export const defaultRemainingMs = 30_000;

/** The longest that a timer can wait; a longer one would end at once. */
const maxTimerMs = 2 ** 31 - 1;

export const abortAfter = (ms: number): AbortSignal =>
  AbortSignal.timeout(Math.ceil(Math.min(Math.max(1, ms), maxTimerMs)));

/**
 * Bounds what comes before the handler, so that a database that hangs ends in an answer instead of a killed process: twice the
 * margin is left, for undoing what may have been applied and for the answer. An invocation as short as that gives half its time.
 */
export const admissionSignal = (remainingMs: number): AbortSignal =>
  abortAfter(Math.max(remainingMs / 2, remainingMs - 2 * answerMarginMs));
