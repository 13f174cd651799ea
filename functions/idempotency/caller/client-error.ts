const brand = Symbol.for('middy-idempotency.ClientError');

/**
 * Why there is no answer:
 * - `IN_DOUBT`: it may have been done. Find out from the server before you send it under another key.
 * - `DONE`: it was done, but the server no longer has the answer.
 * - `KEY_REUSED`: the intention or key was used for another request before. Give this request an intention of its own.
 * - `REFUSED`: the server's guard refuses it, for the reason in `problem`; it was not done.
 * - `GAVE_UP`: no final answer in time. A later call continues with the same key.
 */
export type ClientErrorCode = 'IN_DOUBT' | 'DONE' | 'KEY_REUSED' | 'REFUSED' | 'GAVE_UP';

/** Whether something was done, as far as the client can tell. */
export type Outcome = 'done' | 'not done' | 'unknown';

/** The problem details that a server refuses with (RFC 9457), as far as they are used. */
export interface Problem {
  code?: string;
  retryable?: boolean;
}

export interface ClientErrorDetails {
  outcome: Outcome;
  /** The key, to quote to the server's support. */
  key: string;
  /** The last answer, and what it says. */
  response?: Response | undefined;
  problem?: Problem | undefined;
  /** The error of the last try. */
  cause?: unknown;
}

/**
 * A call that ended without an answer.
 *
 * @example
 * ```ts
 * if (ClientError.is(error) && error.outcome === 'unknown') console.warn(`ask about ${error.key}`);
 * ```
 */
export class ClientError extends Error {
  readonly [brand] = true;
  declare readonly code: ClientErrorCode;
  declare readonly outcome: Outcome;
  declare readonly key: string;
  declare readonly response: Response | undefined;
  declare readonly problem: Problem | undefined;

  constructor(code: ClientErrorCode, details: ClientErrorDetails) {
    // Short, since every page loads it: what to do stands above.
    super(`${code} (${details.outcome})`);
    Object.assign(this, details, { name: 'ClientError', code });
  }

  /** Recognises the error even when two bundled copies of this library are loaded. */
  static is(value: unknown): value is ClientError {
    return brand in Object(value);
  }
}
