/**
 * What a callback returned, read before anything else runs: at its next call it may return the same object with other contents. What it
 * gives by a promise is read as early as it can be.
 */
export const readAtOnce = <Given, Read>(
  given: Given | PromiseLike<Given>,
  read: (given: Given) => Read,
): Read | PromiseLike<Read> =>
  typeof (given as Partial<PromiseLike<Given>> | null | undefined)?.then === 'function'
    ? (given as PromiseLike<Given>).then(read)
    : read(given as Given);
