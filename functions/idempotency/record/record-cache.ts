import type { IdempotencyRecord } from './record.ts';

/** Completed records close at hand. Whether one has expired is decided by who asks. */
export interface RecordCache {
  get(id: string): IdempotencyRecord | undefined | Promise<IdempotencyRecord | undefined>;
  set(record: IdempotencyRecord): unknown;
}
