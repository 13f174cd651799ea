import type { IdempotencyRecord } from '../../../functions/idempotency/record/record.ts';

/** Where the records are that the console shows. */
export type RecordSource = {
  /** Variables that lead an environment there, past whoever looks on. */
  addresses(path: string): Record<string, string>;
  records(): Promise<IdempotencyRecord[]>;
  /** Moves the end of a running claim's lease to now, as if its time had passed. Whether there was one. */
  endLease(id: string): Promise<boolean>;
  close(): Promise<unknown>;
};
