import { spendableMs, undoMarginMs } from '../base/deadline.ts';
import { commitUnknown, storeUnavailable } from '../base/refusals.ts';
import { retryUntil } from '../base/retry.ts';
import type { DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
import type { EventDetails, IdempotencyEventType } from '../protocol/event.ts';
import { StoreError } from '../record/store.ts';
import { checkTransaction } from './check-transaction.ts';
import { type CommitHistory, commit } from './commit.ts';
import type { CommitOutcome, RecordWrite } from './commit-outcome.ts';
import { ownerName } from './guards/guard.ts';
import type { PendingWrite } from './pending-write.ts';

export interface CommitInTimeSettings {
  client: DynamoDBApi;
  now: () => number;
  report: (type: IdempotencyEventType, details: EventDetails) => void;
}

export interface Commission {
  writes: readonly PendingWrite[];
  record: RecordWrite | undefined;
  owner: string;
  deadlineMs: number;
}

/** DynamoDB recognises a transaction by its token for ten minutes: a try after that would be another one. */
const maxCommitMs = 9 * 60_000;

/**
 * Commits, and tries again until it is known what came of it, or time is up.
 *
 * @throws {RangeError} when there is more to write than a transaction takes
 * @throws {IdempotencyError} `STORE_UNAVAILABLE` when nothing was written, or a repeat finds the record of what was;
 * `OUTCOME_UNKNOWN` when a try may have been applied, and nothing would tell a repeat
 * @throws {StoreError} when DynamoDB refuses the writes for good
 */
export const commitInTime = async (
  { writes, record, owner, deadlineMs }: Commission,
  { client, now, report }: CommitInTimeSettings,
): Promise<CommitOutcome> => {
  const refused = refusedAlready(writes);
  if (refused) return refused;
  checkTransaction(writes, record?.put);
  const history: CommitHistory = { mayBeApplied: false };
  try {
    return await retryUntil((signal) => commit({ client, writes, record, owner, history, signal }), {
      deadlineMs: now() + Math.min(spendableMs(deadlineMs - now(), undoMarginMs), maxCommitMs),
      now,
      isRetryable: (error) => StoreError.is(error) && error.retryable,
    });
  } catch (error) {
    if (!StoreError.is(error)) throw error;
    const isUnknown = history.mayBeApplied && !record;
    if (!isUnknown && !error.retryable) throw error;
    report('store-unavailable', { error, ...(isUnknown && { code: 'OUTCOME_UNKNOWN' as const }) });
    throw isUnknown ? commitUnknown(error) : storeUnavailable(error);
  }
};

/** Of two writes of one request that want the same key or value, one is a duplicate: there is no need to ask. */
const refusedAlready = (writes: readonly PendingWrite[]): CommitOutcome | undefined => {
  const write = writes.find(({ takenBy }) => takenBy !== undefined);
  if (!write?.takenBy) return undefined;
  return { kind: 'refused', write, existing: write.isGuard ? { [ownerName]: { M: write.takenBy } } : write.takenBy };
};
