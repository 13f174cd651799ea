import type { ClientEvent } from './client-event.ts';
import type { KeyStore } from './keys/key-store.ts';

/** An operation that may have been done, and whose key the server may have forgotten. */
export interface Doubt {
  /** Empty if the call passed a `key` of its own. */
  intention: string;
  key: string;
  /** Of the call: pass it on to the `fetch` that asks. */
  signal: AbortSignal;
}

export interface ClientOptions {
  /**
   * Where the keys of intentions are kept: `indexedDBKeys()`, `fileKeys(folder)`, `mapKeys(map)`, or a store of yours.
   * @default none: every call passes a `key`
   */
  keys?: KeyStore;
  /**
   * After how long a call gives up, in milliseconds.
   * @default 960000 (16 minutes: longer than any lease, since a Lambda function ends after 15)
   */
  giveUpAfterMs?: number;
  /**
   * How long one try may take until its whole answer is there, in milliseconds.
   * @default 35000 (API Gateway answers within 30 s)
   */
  timeoutMs?: number;
  /**
   * How long the server remembers a key at least, in milliseconds, unless it says so itself by the header `Idempotency-Key-Max-Age`. After
   * that time the client asks instead of sending again.
   * @default 86400000 (24 hours, as `retentionSeconds` of the server)
   */
  windowMs?: number;
  /**
   * Finds out the outcome of an operation that the server may have forgotten. It returns the answer if the operation was done, and
   * `undefined` if not: then it is sent under a new key.
   * @default none: the call ends with `IN_DOUBT`
   */
  ask?: (doubt: Doubt) => Promise<Response | undefined>;
  /** Gets every step, for a spinner or a log. */
  onEvent?: (event: ClientEvent) => void;
  /** The function that sends a request. @default fetch */
  fetch?: (request: Request) => Promise<Response>;
}

/** The options with their defaults. */
export type ResolvedOptions = Required<Omit<ClientOptions, 'keys' | 'ask' | 'onEvent'>> & {
  [Name in 'keys' | 'ask' | 'onEvent']: ClientOptions[Name] | undefined;
};

/** @throws {TypeError} for what is unknown, wrong or contradictory, by name */
export const resolveOptions = (
  owner: string,
  {
    keys,
    giveUpAfterMs = 960_000,
    timeoutMs = 35_000,
    windowMs = 86_400_000,
    ask,
    onEvent,
    fetch = (request) => globalThis.fetch(request),
    ...unknown
  }: ClientOptions,
): ResolvedOptions => {
  for (const name in unknown) throw new TypeError(`${owner}: unknown option \`${name}\``);
  if (!(giveUpAfterMs > 0 && timeoutMs > 0 && windowMs > timeoutMs)) {
    throw new TypeError(`${owner}: needs 0 < giveUpAfterMs, 0 < timeoutMs < windowMs`);
  }
  return { keys, giveUpAfterMs, timeoutMs, windowMs, ask, onEvent, fetch };
};
