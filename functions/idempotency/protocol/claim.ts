import type { IdempotencyRecord, PreviousOutcome } from '../record/record.ts';
import type { Outcome } from '../record/result.ts';
import type { Operation } from '../request/operation.ts';

/** The right of this invocation to run the operation. */
export interface Claim {
  operation: Operation;
  attempt: number;
  /** How earlier runs ended, the worst of them. */
  previous: PreviousOutcome | undefined;
  /** Whether a try of it may yet arrive, when the operation is free again. */
  stray?: boolean;
  /** How long the handler has had, in milliseconds. */
  ranMs: () => number;
  /** How long the store has taken until then, in milliseconds. */
  storeMs: number;
  /** Lets another call of the same durable execution go on with the operation. */
  endTurn: () => void;
}

/** How an earlier run ended, and the record that tells. */
export interface Replay {
  outcome: Outcome;
  record: IdempotencyRecord;
}

/** Either the right to run the operation, or the outcome of an earlier run. Without a claim, it runs unguarded. */
export type Admission = { run: true; claim: Claim | undefined } | ({ run: false } & Replay);
