import type { IdempotencyRecord, RecordStatus } from '../../record/record.ts';
import type { EncodedResult } from '../../record/result.ts';
import type { Writer } from '../../record/store.ts';

/** A record as a database keeps it: JSON, but for bytes in `result.data` and an `expiresAtSeconds` of `Infinity`. */
export interface StoredRecord extends Omit<IdempotencyRecord, 'status'> {
  status: RecordStatus | 'CONSUMED';
  /** Until when a token may be used; its record lives longer once it is claimed. */
  tokenExpiresAtSeconds?: number;
  /** The tries whose claims were taken back, should these arrive after all. */
  undone?: readonly string[];
}

/** The same result, with plain bytes: JSON.stringify would ask a `Buffer` for JSON of its own before it asks anybody else. */
export const plain = (result: EncodedResult): EncodedResult => {
  if (!('data' in result) || typeof result.data === 'string') return result;
  const { buffer, byteOffset, byteLength } = result.data;
  return { ...result, data: new Uint8Array(buffer, byteOffset, byteLength) } as EncodedResult;
};

const toSeconds = (epochMs: number): number => Math.floor(epochMs / 1000);

export const hasExpired = (record: StoredRecord, nowMs: number): boolean => record.expiresAtSeconds <= toSeconds(nowMs);

export const isMine = (record: StoredRecord | undefined, { owner, fence }: Writer): record is StoredRecord =>
  record?.status === 'IN_PROGRESS' && record.owner === owner && (fence === undefined || record.fence === fence);

export const isUsableToken = ({ status, tokenExpiresAtSeconds = 0 }: StoredRecord, nowMs: number): boolean =>
  status === 'ISSUED' && tokenExpiresAtSeconds > toSeconds(nowMs);

export const leaseIsOver = ({ status, leaseExpiresAtMs = 0 }: StoredRecord, nowMs: number): boolean =>
  status === 'IN_PROGRESS' && leaseExpiresAtMs <= nowMs;

/** Whether the last claim found another one whose owner had gone silent. */
export const tookOver = ({ attempt = 1, endedAttempts = 0 }: StoredRecord): boolean => endedAttempts < attempt - 1;

/** The record, in which a claim of that try has no effect any more. */
export const withoutTry = (record: StoredRecord, tryOf: string): StoredRecord => ({
  ...record,
  undone: [...new Set([...(record.undone ?? []), tryOf])],
});

/** The record as it is when its next run may begin. */
export const freed = (record: StoredRecord, expiresAtSeconds: number): StoredRecord => {
  const { leaseExpiresAtMs, fence, claimedBy, ...kept } = record;
  const token = record.tokenExpiresAtSeconds;
  return token === undefined
    ? { ...kept, status: 'RELEASED', expiresAtSeconds }
    : { ...kept, status: 'ISSUED', expiresAtSeconds: token };
};

/** What a store shows of it. Of a used token there is nothing to see. */
export const shown = (record: StoredRecord | undefined): IdempotencyRecord | undefined => {
  if (!record || record.status === 'CONSUMED') return undefined;
  const { tokenExpiresAtSeconds, undone, status, ...visible } = record;
  return { ...visible, status, ...(status === 'IN_PROGRESS' && tookOver(record) && { previous: 'crashed' as const }) };
};
