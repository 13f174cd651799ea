import { isBranded } from './is-branded.ts';

const brand = Symbol.for('middy-idempotency.IdempotencyError');

/** Machine-readable reasons for a refusal, with the HTTP status each is answered with. */
export const statusCodes = {
  ILLEGAL_ARGUMENT: 400,
  IN_PROGRESS: 409,
  REPETITIVE_OPERATION: 409,
  DUPLICATE: 409,
  CONDITION_FAILED: 409,
  OUTCOME_UNKNOWN: 409,
  RESULT_UNAVAILABLE: 409,
  PAYLOAD_MISMATCH: 422,
  STORE_UNAVAILABLE: 503,
} as const satisfies Record<string, number>;

/**
 * Why a request was refused: `ILLEGAL_ARGUMENT` (400), `IN_PROGRESS`, `REPETITIVE_OPERATION`, `DUPLICATE`, `CONDITION_FAILED`,
 * `OUTCOME_UNKNOWN`, `RESULT_UNAVAILABLE` (409), `PAYLOAD_MISMATCH` (422), `STORE_UNAVAILABLE` (503). docs/http-answers.md says when.
 */
export type IdempotencyErrorCode = keyof typeof statusCodes;

const retryableCodes: ReadonlySet<IdempotencyErrorCode> = new Set(['IN_PROGRESS', 'STORE_UNAVAILABLE']);

export interface IdempotencyErrorDetails {
  /** Short summary of this kind of problem; the same for every occurrence. */
  title: string;
  /** Whole seconds after which the same request is worth sending again. */
  retryAfterSeconds?: number;
  /** @default as the code implies */
  retryable?: boolean;
  cause?: unknown;
}

/**
 * A request that was refused. For HTTP events the middlewares turn it into a response; for all other events it is thrown.
 *
 * `statusCode` and `expose` follow the convention of `http-errors`, so that Middy's `http-error-handler` understands it too.
 *
 * @example
 * ```ts
 * if (IdempotencyError.is(error) && error.retryable) await sleep((error.retryAfterSeconds ?? 1) * 1000);
 * ```
 */
export class IdempotencyError extends Error {
  readonly [brand] = true;
  override readonly name = 'IdempotencyError';
  readonly code: IdempotencyErrorCode;
  readonly statusCode: number;
  readonly title: string;
  /** Whether the message may be shown to the caller. */
  readonly expose: boolean;
  /** Whether sending the very same request again can succeed. */
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  /** The id of the record that the refusal is about, to quote to support; `undefined` if the request named no operation. */
  readonly recordId: string | undefined;

  constructor(code: IdempotencyErrorCode, message: string, details: IdempotencyErrorDetails) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.statusCode = statusCodes[code];
    this.title = details.title;
    this.expose = this.statusCode < 500;
    this.retryable = details.retryable ?? retryableCodes.has(code);
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.recordId = undefined;
  }

  /** Recognises the error even when two bundled copies of this library are loaded. */
  static is(value: unknown): value is IdempotencyError {
    return isBranded(value, brand);
  }
}

/** Names the record that an error is about, and gives the error back. One that an inner operation has thrown keeps its own. */
export const aboutRecord = (error: unknown, id: string): unknown => {
  if (IdempotencyError.is(error)) (error as { recordId: string | undefined }).recordId ??= id;
  return error;
};
