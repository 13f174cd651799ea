import type { EncodedResult } from './result.ts';

/**
 * - `ISSUED`: a token that nobody has used yet
 * - `CONSUMED`: a token that was used and keeps no result
 * - `IN_PROGRESS`: an invocation has claimed the operation
 * - `COMPLETED`: the operation is done and its result is remembered
 */
export type RecordStatus = 'ISSUED' | 'CONSUMED' | 'IN_PROGRESS' | 'COMPLETED';

/** What the store remembers of one operation. */
export interface IdempotencyRecord {
  id: string;
  status: RecordStatus;
  /** When the record counts as absent, whether or not the database has deleted it yet. */
  expiresAtSeconds: number;
  owner?: string;
  /** 1 for the first claim, +1 for each takeover of an expired lease. */
  attempt?: number;
  leaseExpiresAtMs?: number;
  fingerprint?: string;
  result?: EncodedResult;
}

/** Whether a record is about the same payload. One without a fingerprint was written by another library, which keeps none. */
export const isOfSamePayload = (record: IdempotencyRecord, { fingerprint }: { fingerprint: string }): boolean =>
  record.fingerprint === undefined || record.fingerprint === fingerprint;
