import type { CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { CommitOutcome, RecordWrite } from './commit-outcome.ts';
import type { PendingWrite } from './pending-write.ts';

/** By name, because a client handed in by the user may come from another copy of the SDK. */
export const cancellationReasons = (error: unknown): readonly CancellationReason[] | undefined =>
  error instanceof Error && error.name === 'TransactionCanceledException'
    ? (error as TransactionCanceledException).CancellationReasons
    : undefined;

const transientCodes: ReadonlySet<string | undefined> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

export const isTransient = ({ Code }: CancellationReason): boolean => transientCodes.has(Code);

export const isConditionFailure = ({ Code }: CancellationReason): boolean => Code === 'ConditionalCheckFailed';

/** Why the transaction was cancelled, if one of its conditions is the reason. */
export const refusalOf = (
  reasons: readonly CancellationReason[],
  writes: readonly PendingWrite[],
  recordWrite: RecordWrite | undefined,
  owner: string,
): CommitOutcome | undefined => {
  const [recordReason, writeReasons] = recordWrite ? [reasons[0], reasons.slice(1)] : [undefined, reasons];
  if (recordWrite && recordReason?.Item && isConditionFailure(recordReason)) {
    const record = recordWrite.toRecord(recordReason.Item);
    return record.owner === owner ? { kind: 'committed' } : { kind: 'repeated', record };
  }
  // Another transaction holds one of the items: what it leaves behind decides, so ask again before judging the conditions.
  if (reasons.some(isTransient)) return undefined;

  const failed = writes
    .map((write, index) => ({ write, reason: writeReasons[index] }))
    .filter(({ reason }) => reason && isConditionFailure(reason));
  // A duplicate explains the other failures: the stock that is missing now may have been sold to the first request. An item that
  // changed explains why a guard is no longer its own.
  const decisive =
    failed.find(({ write }) => write.uniqueAttributes) ?? failed.find(({ write }) => !write.isGuard) ?? failed[0];
  return decisive && { kind: 'refused', write: decisive.write, existing: decisive.reason?.Item };
};
