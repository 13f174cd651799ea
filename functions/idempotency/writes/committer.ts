import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { answerMarginMs } from '../deadline.ts';
import type { IdempotencyError } from '../error.ts';
import type { IdempotencyEvent } from '../event.ts';
import type { Operation } from '../operation.ts';
import { conditionFailed, duplicate, outcomeOf, storeUnavailable } from '../refusal.ts';
import { encodeOutcome, type Outcome } from '../result.ts';
import { retryUntil } from '../retry.ts';
import type { DynamoDBStore } from '../store/dynamodb.ts';
import { StoreError } from '../store/store.ts';
import { type CommitOutcome, commit, maxTransactionItems } from './commit.ts';
import type { Item } from './table.ts';
import type { PendingWrite } from './writes.ts';

/** What an insert found taken. */
export interface Duplicate {
  tableName: string;
  /** The attributes whose values are taken: the primary key, or those of a unique constraint. */
  attributes: readonly string[];
  /** The item that has the primary key; for a unique constraint the item that holds the value, with the owner's key in `uniqueOf`. */
  existing: Item | undefined;
}

export interface CommitterSettings {
  client: DynamoDBDocumentClient;
  retentionSeconds: number;
  onDuplicate: ((duplicate: Duplicate) => unknown) | undefined;
  now: () => number;
  report: (event: IdempotencyEvent) => void;
}

/** An operation whose answer is to be remembered together with its writes. */
export interface Remembered {
  operation: Operation;
  store: DynamoDBStore;
  result: unknown;
}

export interface Submission {
  writes: readonly PendingWrite[];
  remembered: Remembered | undefined;
  owner: string;
  deadlineMs: number;
}

/** What the request's answer is: the handler's, that of the first request, or one made from the write that was refused. */
export type Settlement =
  | { kind: 'committed' }
  | { kind: 'replayed'; outcome: Outcome }
  | { kind: 'answered'; answer: unknown };

/** Commits what a handler has collected, and turns what came of it into an answer. */
export const createCommitter = ({ client, retentionSeconds, onDuplicate, now, report }: CommitterSettings) => {
  const toRecordWrite = ({ operation, store, result }: Remembered) => {
    const encoded = encodeOutcome({ thrown: false, value: result });
    const { id, owner, fingerprint } = operation;
    if (encoded.encoding === 'unavailable') report({ type: 'result-unavailable', id, owner });
    const nowMs = now();
    const expiresAtSeconds = Math.ceil(nowMs / 1000) + retentionSeconds;
    const put = store.completedPut({ id, owner, fingerprint, result: encoded, nowMs, expiresAtSeconds });
    return { put, toRecord: store.toRecord };
  };

  const commitInTime = async ({ writes, remembered, owner, deadlineMs }: Submission): Promise<CommitOutcome> => {
    const record = remembered && toRecordWrite(remembered);
    if (writes.length + (record ? 1 : 0) > maxTransactionItems) {
      throw new RangeError(
        `writes: ${writes.length} writes, with a guard for each unique constraint${record ? ' and the record' : ''}, ` +
          `are more than the ${maxTransactionItems} items of one DynamoDB transaction.`,
      );
    }
    const history = { mayBeApplied: false };
    return retryUntil((signal) => commit({ client, writes, record, owner, history, signal }), {
      deadlineMs: deadlineMs - answerMarginMs,
      now,
      isRetryable: (error) => error instanceof StoreError && error.retryable,
    });
  };

  const answerTo = ({ uniqueAttributes, tableName, otherwise }: PendingWrite, existing: Item | undefined): unknown => {
    if (otherwise) return otherwise(existing);
    if (!uniqueAttributes) throw conditionFailed();
    if (!onDuplicate) throw duplicate(uniqueAttributes);
    return onDuplicate({ tableName, attributes: uniqueAttributes, existing });
  };

  /**
   * @throws {IdempotencyError} when a repeat can't be answered, a condition fails without `otherwise`, or DynamoDB is unavailable
   * @throws {Error} DynamoDB's own, when it refuses the writes as invalid
   */
  return async (submission: Submission): Promise<Settlement> => {
    const { owner, remembered } = submission;
    const about = { owner, ...(remembered && { id: remembered.operation.id }) };
    const outcome = await commitInTime(submission).catch((error: unknown) => {
      if (!(error instanceof StoreError && error.retryable)) throw error;
      report({ ...about, type: 'store-unavailable', error });
      throw storeUnavailable(error);
    });
    try {
      if (outcome.kind === 'repeated' && remembered) {
        const replayed = outcomeOf(outcome.record, remembered.operation, now(), 'Idempotency-Key');
        report({ ...about, type: 'replayed' });
        return { kind: 'replayed', outcome: replayed };
      }
      if (outcome.kind === 'refused') {
        report({ ...about, type: 'refused', code: outcome.write.uniqueAttributes ? 'DUPLICATE' : 'CONDITION_FAILED' });
        return { kind: 'answered', answer: await answerTo(outcome.write, outcome.existing) };
      }
    } catch (error) {
      const { code } = error as IdempotencyError;
      if (outcome.kind === 'repeated') report({ ...about, type: 'refused', code });
      throw error;
    }
    report({ ...about, type: 'committed' });
    return { kind: 'committed' };
  };
};
