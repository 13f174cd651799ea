import type { IdempotencyRecord } from './record.ts';
import type { IdempotencyStore } from './store.ts';

/** Completed records close at hand. Whether one has expired is decided by who asks. */
export interface RecordCache {
  /** The records of one store. Those of two are kept apart: the same id names other operations there. Asked once, while the function loads. */
  of(store: IdempotencyStore): CachedRecords;
}

export interface CachedRecords {
  get(id: string): IdempotencyRecord | undefined | Promise<IdempotencyRecord | undefined>;
  set(record: IdempotencyRecord): unknown;
}
