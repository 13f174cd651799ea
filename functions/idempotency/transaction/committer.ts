import { spendableMs, undoMarginMs } from '../base/deadline.ts';
import type { IdempotencyError } from '../base/error.ts';
import { conditionFailed, duplicate, storeUnavailable } from '../base/refusals.ts';
import { retryUntil } from '../base/retry.ts';
import type { DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
import type { DynamoDBStore } from '../dynamodb/dynamodb-store.ts';
import type { IdempotencyEvent } from '../protocol/event.ts';
import { createResultKeeper } from '../protocol/overflow.ts';
import { outcomeOf } from '../protocol/replay.ts';
import { encodeOutcome, type Outcome } from '../record/result.ts';
import { StoreError } from '../record/store.ts';
import type { Operation } from '../request/operation.ts';
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
  client: DynamoDBApi;
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

export type Commit = (submission: Submission) => Promise<Settlement>;

/** Commits what a handler has collected, and turns what came of it into an answer. */
export const createCommitter = ({ client, retentionSeconds, onDuplicate, now, report }: CommitterSettings): Commit => {
  const toRecordWrite = async ({ operation, store, result }: Remembered) => {
    const { id, owner, fingerprint } = operation;
    const nowMs = now();
    const expiresAtSeconds = Math.ceil(nowMs / 1000) + retentionSeconds;
    const keep = createResultKeeper({ overflow: store.overflow, now, report });
    const kept = await keep(encodeOutcome({ thrown: false, value: result }), operation, expiresAtSeconds);
    const { keyHash, requestId } = operation;
    const put = store.completedPut({
      id,
      owner,
      fingerprint,
      keyHash,
      requestId,
      result: kept,
      nowMs,
      expiresAtSeconds,
    });
    return { put, toRecord: store.toRecord };
  };

  const commitInTime = async ({ writes, remembered, owner, deadlineMs }: Submission): Promise<CommitOutcome> => {
    if (writes.length + (remembered ? 1 : 0) > maxTransactionItems) {
      throw new RangeError(
        `writes: ${writes.length} writes, with a guard for each unique constraint${remembered ? ' and the record' : ''}, ` +
          `are more than the ${maxTransactionItems} items of one DynamoDB transaction.`,
      );
    }
    const record = remembered && (await toRecordWrite(remembered));
    const history = { mayBeApplied: false };
    return retryUntil((signal) => commit({ client, writes, record, owner, history, signal }), {
      deadlineMs: now() + spendableMs(deadlineMs - now(), undoMarginMs),
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
        const { operation, store } = remembered;
        const replayed = await outcomeOf(outcome.record, operation, now(), 'Idempotency-Key', {
          overflow: store.overflow,
          now,
        });
        report({ ...about, type: 'replayed' });
        return { kind: 'replayed', outcome: replayed };
      }
      if (outcome.kind === 'refused') {
        report({ ...about, type: 'refused', code: outcome.write.uniqueAttributes ? 'DUPLICATE' : 'CONDITION_FAILED' });
        return { kind: 'answered', answer: await answerTo(outcome.write, outcome.existing) };
      }
    } catch (error) {
      const { code, cause } = error as IdempotencyError;
      const type = code === 'STORE_UNAVAILABLE' ? 'store-unavailable' : 'refused';
      if (outcome.kind === 'repeated') report({ ...about, type, code, ...(cause !== undefined && { error: cause }) });
      throw error;
    }
    report({ ...about, type: 'committed' });
    return { kind: 'committed' };
  };
};
