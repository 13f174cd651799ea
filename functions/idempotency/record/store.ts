import type { IdempotencyRecord } from './record.ts';
import type { EncodedResult } from './result.ts';
import type { ResultOverflow } from './result-overflow.ts';

export interface ClaimRequest {
  id: string;
  owner: string;
  fingerprint: string;
  nowMs: number;
  leaseExpiresAtMs: number;
  expiresAtSeconds: number;
  /** What may be claimed besides an expired lease: an operation that nobody has claimed yet, or an issued token. */
  from: 'absent' | 'issued';
  /** Whether an expired lease of the same fingerprint may be taken over. */
  takeOver: boolean;
}

/**
 * A refusal brings the record that refused; there is none when a token is unknown. A claim that the same owner made before brings
 * its lease.
 */
export type ClaimOutcome =
  | { claimed: true; attempt: number; leaseExpiresAtMs?: number | undefined }
  | { claimed: false; record: IdempotencyRecord | undefined };

export interface CompleteRequest {
  id: string;
  owner: string;
  result: EncodedResult;
  expiresAtSeconds: number;
}

export interface ReleaseRequest {
  id: string;
  owner: string;
  /** What the record goes back to. */
  to: 'absent' | 'issued';
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
  expiresAtSeconds: number;
}

export interface ConsumeRequest {
  id: string;
  owner: string;
  nowMs: number;
}

export type ConsumeOutcome = { consumed: true } | { consumed: false; record: IdempotencyRecord | undefined };

/**
 * Where records live. Each verb is one atomic compare-and-swap on one record. Every verb recognises its own earlier write (by
 * `owner`), since a client repeats a write whose answer was lost.
 *
 * A record past `expiresAtSeconds` counts as absent. Each verb rejects with a `StoreError` when the store can't be reached.
 */
export interface IdempotencyStore {
  /** Keeps the results that do not fit a record. Without one, they are not kept. */
  readonly overflow?: ResultOverflow;
  /** Takes the right to run the operation, if it is free. */
  claim(request: ClaimRequest, signal?: AbortSignal): Promise<ClaimOutcome>;
  /** The record, if there is one that has not expired. */
  read(request: ReadRequest, signal?: AbortSignal): Promise<IdempotencyRecord | undefined>;
  /** Remembers the result, if `owner` still holds the claim. */
  complete(request: CompleteRequest, signal?: AbortSignal): Promise<OwnerWriteOutcome>;
  /** Gives the claim back, if `owner` still holds it. */
  release(request: ReleaseRequest, signal?: AbortSignal): Promise<OwnerWriteOutcome>;
  /** Creates the record of a token. */
  issue(request: IssueRequest): Promise<void>;
  /** Uses up an issued token. */
  consume(request: ConsumeRequest, signal?: AbortSignal): Promise<ConsumeOutcome>;
}

/** The store can't do what it was asked: not a duplicate, not a refusal. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  /** Whether another try can succeed. */
  readonly retryable: boolean;
  /** Whether the record was refused for its size. */
  readonly tooLarge: boolean;

  constructor(message: string, { retryable, tooLarge = false, cause }: StoreErrorDetails) {
    super(message, { cause });
    this.retryable = retryable;
    this.tooLarge = tooLarge;
  }
}

interface StoreErrorDetails {
  retryable: boolean;
  tooLarge?: boolean;
  cause: unknown;
}
