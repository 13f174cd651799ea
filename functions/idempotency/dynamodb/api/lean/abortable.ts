export const abortError = (signal: AbortSignal): Error =>
  Object.assign(new Error('The call was aborted.', { cause: signal.reason }), { name: 'AbortError' });

/**
 * A promise that an abort ends. `start` begins the work and returns how to stop it; it settles later, never at once. Nothing is left
 * on the signal when the promise has settled.
 */
export const abortable = <Result>(
  signal: AbortSignal | undefined,
  start: (resolve: (result: Result) => void, reject: (error: unknown) => void) => () => void,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    if (!signal) {
      start(resolve, reject);
      return;
    }
    if (signal.aborted) throw abortError(signal);
    const onAbort = (): void => {
      stop();
      reject(abortError(signal));
    };
    const settling =
      <Value>(settle: (value: Value) => void) =>
      (value: Value): void => {
        signal.removeEventListener('abort', onAbort);
        settle(value);
      };
    const stop = start(settling(resolve), settling(reject));
    signal.addEventListener('abort', onAbort, { once: true });
  });

export const abortableWait = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  abortable(signal, (resolve) => {
    const timer = setTimeout(resolve, ms);
    return () => clearTimeout(timer);
  });
