import type { EncodedResult } from './result.ts';

/**
 * - `ISSUED`: a token that nobody has used yet, or whose run failed
 * - `IN_PROGRESS`: an invocation has claimed the operation
 * - `RELEASED`: every run so far has failed, or none has begun: the next one may claim
 * - `COMPLETED`: the operation is done and its result is remembered
 */
export type RecordStatus = 'ISSUED' | 'IN_PROGRESS' | 'RELEASED' | 'COMPLETED';

/** How earlier runs of an operation ended, the worst of them: a crashed one may have had its effect. */
export type PreviousOutcome = 'failed' | 'crashed';

/** What the store remembers of one operation. */
export interface IdempotencyRecord {
  id: string;
  status: RecordStatus;
  /** When the record counts as absent, whether or not the database has deleted it yet; `Infinity` for never. */
  expiresAtSeconds: number;
  owner?: string;
  /** In a durable execution: which try of it holds the claim, and which one made it. */
  fence?: string;
  claimedBy?: string;
  /** How many runs there were: 1 for the first claim, +1 for each that followed a failure or took over an ended lease. */
  attempt?: number;
  /** How many of them came to an end that was seen: the others crashed. */
  endedAttempts?: number;
  /** The worst of all runs before this one; of a released record, of all. */
  previous?: PreviousOutcome;
  leaseExpiresAtMs?: number;
  fingerprint?: string;
  result?: EncodedResult;
  /** When the last claim was made, in epoch milliseconds, and by which Lambda request. */
  claimedAtMs?: number;
  requestId?: string;
  /** SHA-256 of namespace and key: who knows these finds the record without knowing its scope. */
  keyHash?: string;
}

/** A claim whose owner went silent. */
export type SilentClaim = Required<Pick<IdempotencyRecord, 'owner'>> &
  Pick<IdempotencyRecord, 'requestId' | 'claimedAtMs'>;

/** What a new claim tells of the runs before it: the worst of them, and whose claim it takes over. */
export const historyOf = (
  found: (Partial<SilentClaim> & { status: string; previous?: PreviousOutcome }) | undefined,
): { previous?: PreviousOutcome; tookOver?: SilentClaim } => {
  if (found?.status !== 'IN_PROGRESS') return found?.previous ? { previous: found.previous } : {};
  const { owner, requestId, claimedAtMs } = found;
  if (owner === undefined) return { previous: 'crashed' };
  return {
    previous: 'crashed',
    tookOver: {
      owner,
      ...(requestId !== undefined && { requestId }),
      ...(claimedAtMs !== undefined && { claimedAtMs }),
    },
  };
};

/** Whether a record is about the same payload. One without a fingerprint may be claimed for any. */
export const isOfSamePayload = (record: IdempotencyRecord, { fingerprint }: { fingerprint: string }): boolean =>
  record.fingerprint === undefined || record.fingerprint === fingerprint;
