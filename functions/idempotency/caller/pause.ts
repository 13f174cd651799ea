import { secondsMs } from './seconds.ts';

/**
 * How long to wait after an answer, or after none: a little longer than the server asks for, else anything up to a limit
 * that doubles, from 1 to 30 s.
 *
 * @see RFC 9110, section 10.2.3: seconds, or a date, by the server's clock
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ full jitter
 */
export const pauseMs = (response: Response | undefined, tries: number): number => {
  const dateOf = (name: string) => Date.parse(response?.headers.get(name) ?? '');
  const askedMs = secondsMs(response, 'retry-after') || dateOf('retry-after') - (dateOf('date') || Date.now());
  return askedMs > 0 ? askedMs * (1 + Math.random() / 4) : Math.random() * Math.min(30_000, 500 * 2 ** tries);
};

/** Doesn't end when the signal is aborted: the call has, then. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.throwIfAborted();
    const timer = setTimeout(resolve, ms);
    // A signal for each pause: on one for all, listeners would pile up.
    AbortSignal.any([signal]).onabort = () => clearTimeout(timer);
  });
