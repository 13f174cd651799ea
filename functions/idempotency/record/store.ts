import { isBranded } from '../base/is-branded.ts';
import type { IdempotencyRecord, PreviousOutcome, SilentClaim } from './record.ts';
import type { EncodedResult } from './result.ts';
import type { ResultOverflow } from './result-overflow.ts';

const brand = Symbol.for('middy-idempotency.StoreError');

/** Who writes: an invocation, or a durable execution by one of its tries. */
export interface Writer {
  owner: string;
  /** Which try of the execution; `undefined` where the owner is one invocation. */
  fence?: string | undefined;
}

export interface ClaimRequest extends Writer {
  id: string;
  fingerprint: string;
  nowMs: number;
  leaseExpiresAtMs: number;
  /** When the record expires; `undefined` for never: nobody may forget a claim that must not be taken over. */
  expiresAtSeconds: number | undefined;
  /** What may be claimed besides a released record and an ended lease: an operation that nobody has claimed yet, or an issued token. */
  from: 'absent' | 'issued';
  /** Whether an ended lease of the same fingerprint may be taken over. */
  takeOver: boolean;
  /** Of the Lambda invocation, for whoever looks for it in the logs. */
  requestId?: string | undefined;
  keyHash: string;
}

/** What names an operation, its owner and its payload. */
export type RecordNames = Writer & Pick<ClaimRequest, 'id' | 'fingerprint' | 'keyHash' | 'requestId'>;

/**
 * A refusal brings the record that refused; there is none when a token is unknown. A claim that the same owner made before brings
 * its lease. `stray`: an earlier try of the same request had no answer, and may yet arrive.
 */
export type ClaimOutcome =
  | {
      claimed: true;
      attempt: number;
      previous?: PreviousOutcome | undefined;
      /** Whose claim was taken over. */
      tookOver?: SilentClaim | undefined;
      leaseExpiresAtMs?: number | undefined;
      stray?: boolean | undefined;
    }
  | { claimed: false; record: IdempotencyRecord | undefined; stray?: boolean | undefined };

/** The answer to whoever has claimed the operation before. */
export const goOn = ({ attempt = 1, previous, leaseExpiresAtMs }: IdempotencyRecord): ClaimOutcome => ({
  claimed: true,
  attempt,
  ...(previous && { previous }),
  leaseExpiresAtMs,
});

export interface CompleteRequest extends Writer {
  id: string;
  result: EncodedResult;
  expiresAtSeconds: number;
}

/**
 * How a run ended that is not the last:
 *
 * - `failed`: it may be tried again, for the same payload
 * - `refused`: the request was not acted upon: a corrected one may follow, unless an earlier run failed or crashed
 * - `unknown`: the handler itself can't tell what came of it: as if it had crashed, and its lease had ended
 */
export type RunEnd = 'failed' | 'refused' | 'unknown';

export interface ReleaseRequest extends Writer {
  id: string;
  /** What the claim started from. */
  from: 'absent' | 'issued';
  end: RunEnd;
  /** The worst of the runs before this one, as the claim told. */
  previous: PreviousOutcome | undefined;
  expiresAtSeconds: number;
  /** Whether a try of the claim may yet arrive: it must have no effect then. */
  stray?: boolean | undefined;
}

export interface UndoRequest extends Writer {
  id: string;
  from: 'absent' | 'issued';
  nowMs: number;
  expiresAtSeconds: number;
}

/** `busy`: its lease has not ended, or another than the `holder` has claimed it; `settled`: it is done, or free already; `absent`: there is no such record, or it has expired. */
export type ResolveOutcome = 'resolved' | 'busy' | 'settled' | 'absent';

export interface ResolveRequest {
  id: string;
  nowMs: number;
  expiresAtSeconds: number;
  /** The answer of the operation, if it was done; without one, it may run again. */
  result?: EncodedResult | undefined;
  /** Settles the claim of this writer and of no other, whether or not its lease has ended; by default any whose lease has. */
  holder?: Writer | undefined;
}

export interface ReadRequest {
  id: string;
  nowMs: number;
  /** Whether the read must see every write that was answered before it. */
  consistent: boolean;
}

/** `lost`: the record is no longer ours, another invocation has taken over. */
export type OwnerWriteOutcome = 'written' | 'lost';

export interface IssueRequest {
  id: string;
  keyHash: string;
  nowMs: number;
  expiresAtSeconds: number;
}

/** `doubtful`: a try of unknown fate may yet arrive, and bring back a token that has been used: draw another. */
export type IssueOutcome = 'issued' | 'doubtful';

export interface ConsumeRequest {
  id: string;
  owner: string;
  nowMs: number;
}

/**
 * `conflicted`: others hold the token at this very moment, one of them may use it up; `unknown`: it may have been used up by this
 * request, whose answer was lost.
 */
export type ConsumeOutcome = 'consumed' | 'refused' | 'conflicted' | 'unknown';

/**
 * Where records live. Each verb is an atomic compare-and-swap on one record. Every verb recognises its own earlier write (by `owner`
 * and `fence`), since a client repeats a write whose answer was lost.
 *
 * A record past `expiresAtSeconds` counts as absent. Each verb rejects with a `StoreError` when the store can't be reached.
 */
export interface IdempotencyStore {
  /** Keeps the results that do not fit a record. Without one, they are not kept. */
  readonly overflow?: ResultOverflow;
  /** Why the option `encryption` can't be used with this store, and the cure: for records that another library reads too. */
  readonly unsealable?: string;
  /**
   * How many bytes a completed record takes besides its result, where writes are billed by its size: a result is compressed where that saves
   * a kilobyte that was begun.
   */
  readonly bytesBesides?: (record: RecordNames) => number;
  /** Whether the code of a first request is to be gone through while the function loads. */
  readonly warmsUp?: boolean;
  /** Takes the right to run the operation, if it is free; in a durable execution, an own claim of an earlier try is resumed. */
  claim(request: ClaimRequest, signal?: AbortSignal): Promise<ClaimOutcome>;
  /** The record, if there is one that has not expired. */
  read(request: ReadRequest, signal?: AbortSignal): Promise<IdempotencyRecord | undefined>;
  /** Remembers the result, if the writer still holds the claim. */
  complete(request: CompleteRequest, signal?: AbortSignal): Promise<OwnerWriteOutcome>;
  /** Ends a run that may be followed by another, if the writer still holds the claim. The attempt stays. */
  release(request: ReleaseRequest, signal?: AbortSignal): Promise<OwnerWriteOutcome>;
  /**
   * Takes back a claim whose run has not begun, to what it found: also one whose answer was lost, and that may still arrive. It never
   * takes back a claim that an earlier try of the same execution made.
   */
  undo(request: UndoRequest, signal?: AbortSignal): Promise<void>;
  /** Settles an operation whose owner crashed, once its outcome is known. */
  resolve(request: ResolveRequest, signal?: AbortSignal): Promise<ResolveOutcome>;
  /** Creates the record of a token. */
  issue(request: IssueRequest): Promise<IssueOutcome>;
  /** Uses up an issued token for good. */
  consume(request: ConsumeRequest, signal?: AbortSignal): Promise<ConsumeOutcome>;
}

/**
 * The store failed: this is neither a duplicate nor a refusal.
 *
 * @example
 * ```ts
 * throw new StoreError('The database is down.', { retryable: true, cause });
 * ```
 */
export class StoreError extends Error {
  readonly [brand] = true;
  override readonly name = 'StoreError';
  /** Whether a retry can succeed. */
  readonly retryable: boolean;
  /** Whether the record was refused for its size. */
  readonly tooLarge: boolean;

  constructor(message: string, { retryable, tooLarge = false, cause }: StoreErrorDetails) {
    super(message, { cause });
    this.retryable = retryable;
    this.tooLarge = tooLarge;
  }

  /** Recognises the error even when two copies or versions of this library are loaded. */
  static is(value: unknown): value is StoreError {
    return isBranded(value, brand);
  }
}

interface StoreErrorDetails {
  retryable: boolean;
  tooLarge?: boolean;
  cause: unknown;
}
