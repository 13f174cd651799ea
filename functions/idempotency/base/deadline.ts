/** Left for Lambda to send the answer after the record has been written. */
export const answerMarginMs = 250;

/** Without a Lambda context there is no deadline to keep. */
export const defaultRemainingMs = 30_000;

/** How long a write is tried again, however late the deadline is: the caller waits for its result meanwhile. */
export const patienceMs = 10_000;

/** The longest that a timer can wait; a longer one would end at once. */
const maxTimerMs = 2 ** 31 - 1;

/** How long a call has to say how it ended when its signal has told it that the time is up. */
const graceMs = 25;

/**
 * Makes a call that is told by its signal when the time is up, and given up if it doesn't listen. What has come by then is read before:
 * the process may not have got to run. Unlike `AbortSignal.timeout`, which
 * the garbage collector has to clear away, it costs next to nothing when the call ends in time.
 */
export const withTimeLimit = async <Result>(
  ms: number,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const controller = new AbortController();
  const givenUp = Promise.withResolvers<never>();
  const giveUp = () => {
    const reason = new DOMException('The time for this call is up', 'TimeoutError');
    timer = setTimeout(givenUp.reject, graceMs, reason);
    controller.abort(reason);
  };
  let afterReading: NodeJS.Immediate | undefined;
  const timeUp = () => {
    afterReading = setImmediate(giveUp);
  };
  let timer = setTimeout(timeUp, Math.ceil(Math.min(Math.max(1, ms), maxTimerMs)));
  try {
    return await Promise.race([call(controller.signal), givenUp.promise]);
  } finally {
    clearTimeout(timer);
    clearImmediate(afterReading);
  }
};

/**
 * How long a call to the database may take, so that one that hangs ends in an answer instead of a killed process. Where hardly
 * more is left than what is reserved, the call gets half: the handler that ended late is worth remembering too.
 */
export const spendableMs = (remainingMs: number, reservedMs: number): number =>
  Math.max(remainingMs / 2, remainingMs - reservedMs);

/** How long what comes before a write may take, a callback of the user's for instance: half of the time, so that half is left for the write. */
export const halfOfMs = (remainingMs: number): number =>
  Math.min(patienceMs, Math.max(0, remainingMs - answerMarginMs) / 2);

/** For calls that another may have to follow, to undo what they did or what was claimed around them. */
export const undoMarginMs = 2 * answerMarginMs;

/** How long the call that decides about a request may take. */
export const admissionMs = (remainingMs: number): number => spendableMs(remainingMs, undoMarginMs);
