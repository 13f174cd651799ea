/** Left for Lambda to send the answer after the record has been written. */
export const answerMarginMs = 250;

/** Without a Lambda context there is no deadline to keep. */
export const defaultRemainingMs = 30_000;

/** The longest that a timer can wait; a longer one would end at once. */
const maxTimerMs = 2 ** 31 - 1;

export const abortAfter = (ms: number): AbortSignal =>
  AbortSignal.timeout(Math.ceil(Math.min(Math.max(1, ms), maxTimerMs)));

/**
 * How long a call to the database may take, so that one that hangs ends in an answer instead of a killed process. Where hardly
 * more is left than what is reserved, the call gets half: the handler that ended late is worth remembering too.
 */
export const spendableMs = (remainingMs: number, reservedMs: number): number =>
  Math.max(remainingMs / 2, remainingMs - reservedMs);

/** For calls that another may have to follow, to undo what they did or what was claimed around them. */
export const undoMarginMs = 2 * answerMarginMs;

export const admissionSignal = (remainingMs: number): AbortSignal => abortAfter(spendableMs(remainingMs, undoMarginMs));
