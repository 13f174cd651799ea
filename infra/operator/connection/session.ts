import type { EncodedResult } from '../../../functions/idempotency/record/result.ts';
import type { IdempotencyStore } from '../../../functions/idempotency/record/store.ts';
import type { Output } from '../output/output.ts';
import type { RecordForm } from '../records/search.ts';
import type { Seen } from '../records/seen.ts';
import type { ScanOptions } from '../scan/estimate.ts';
import type { RecordScan, ScanEnd } from '../scan/record-scan.ts';

/** The records of one store, opened for one command. */
export interface Session extends RecordForm {
  /** For messages: where they are, and what they lie in. */
  place: string;
  name: string;
  store: IdempotencyStore;
  /** Epoch milliseconds, by the clock of the database. */
  now(): number;
  /** Aborted by Ctrl-C. No write is given it: what is begun is ended. */
  signal: AbortSignal;
  /** The record as it is now, whether or not it has expired. */
  read(id: string): Promise<Seen | undefined>;
  /** Looks at every record, and says beforehand what that costs. */
  scan(scan: RecordScan, output: Output): Promise<ScanEnd>;
  /** Says what a scan would cost, and does nothing else. */
  estimate(options: ScanOptions, output: Output): Promise<'done'>;
  /** What a scan has looked at: 'of 3 items, for 1 read units'. */
  scanned(end: ScanEnd): string;
  /** Deletes a record if it is still as it was seen. Says whether it is gone. */
  forget(seen: Seen): Promise<boolean>;
  /** Puts another answer in the place of one, if record and answer are still as they were seen. It expires as it would have. */
  replaceAnswer(seen: Seen, result: EncodedResult): Promise<boolean>;
  /** Whether a write that failed so may have been done all the same. */
  mayHaveBeenApplied(error: unknown): boolean;
  /** Lets go of what would keep the process. */
  close(): void;
}

/** Of these at least one changes whenever a claim is made, ended, settled or taken over. */
export const identifying = ['status', 'owner', 'fence', 'attempt', 'claimedAt', 'leaseExpiresAt', 'expiresAt'] as const;

export const answerFields = ['result', 'encoding', 'thrown'] as const;

/** What an opened session tells, beside what it is asked. */
export interface Opening {
  signal: AbortSignal;
  note(text: string): void;
}

/** Ids that this library makes end with a hash. */
export const ownId = /#[\w-]{43}$/;

export const statuses: ReadonlySet<string> = new Set(['ISSUED', 'IN_PROGRESS', 'RELEASED', 'COMPLETED']);
