import type { Put } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStore } from '../dynamodb/dynamodb-store.ts';
import type { IdempotencyRecord } from '../record/record.ts';
import type { Attributes } from './attributes.ts';
import type { PendingWrite } from './pending-write.ts';

/** The write of a record, and how to read the one that refuses it. */
export interface RecordWrite {
  put: Put;
  toRecord: DynamoDBStore['toRecord'];
}

export type CommitOutcome =
  | { kind: 'committed' }
  /** The operation was done before: its record refused the transaction. */
  | { kind: 'repeated'; record: IdempotencyRecord }
  /** The condition of a write failed. */
  | { kind: 'refused'; write: PendingWrite; existing: Attributes | undefined };
