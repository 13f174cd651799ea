import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue, CancellationReason, Put, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
import { isRefusedWrite, mayHaveBeenApplied, toStoreError } from '../dynamodb/dynamodb-error.ts';
import type { DynamoDBStore } from '../dynamodb/dynamodb-store.ts';
import type { IdempotencyRecord } from '../record/record.ts';
import { StoreError } from '../record/store.ts';
import type { Item } from './table.ts';
import type { PendingWrite } from './writes.ts';

/** The write of a record, and how to read the one that refuses it. */
export interface RecordWrite {
  put: Put;
  toRecord: DynamoDBStore['toRecord'];
}

export interface CommitRequest {
  client: DynamoDBApi;
  writes: readonly PendingWrite[];
  /** The remembered answer, if the request has a key. */
  record: RecordWrite | undefined;
  /** Unique per invocation: makes a repeated try of this commit harmless, and recognises its record. */
  owner: string;
  /** What the tries of this commit have left behind: shared by all of them. */
  history: CommitHistory;
  signal: AbortSignal;
}

export interface CommitHistory {
  /** Whether a try failed that may have been applied all the same. */
  mayBeApplied: boolean;
}

export type CommitOutcome =
  | { kind: 'committed' }
  /** The operation was done before: its record refused the transaction. */
  | { kind: 'repeated'; record: IdempotencyRecord }
  /** The condition of a write failed. */
  | { kind: 'refused'; write: PendingWrite; existing: Item | undefined };

/** DynamoDB's limit for one transaction. */
export const maxTransactionItems = 100;

/**
 * Does all writes or none, in one round trip.
 *
 * @throws {StoreError} when DynamoDB can't do it: retryable if another try may succeed
 */
export const commit = async (request: CommitRequest): Promise<CommitOutcome> => {
  const { writes, record } = request;
  const [first] = writes;
  if (!first) return record ? transact(request) : { kind: 'committed' };
  const isSingleInsert = writes.length === 1 && !record && first.uniqueAttributes !== undefined;
  return isSingleInsert && first.request.Put ? insertOne(request, first, first.request.Put) : transact(request);
};

/** Half the price of a transaction, for the one case that is safe without one. */
const insertOne = async (
  { client, history, signal }: CommitRequest,
  write: PendingWrite,
  put: Put,
): Promise<CommitOutcome> => {
  try {
    await client.putItem(put, {
      abortSignal: signal,
      // The client retries what was throttled as well, which has written nothing.
      onFailedTry: (error) => {
        history.mayBeApplied ||= mayHaveBeenApplied(error);
      },
    });
    return { kind: 'committed' };
  } catch (error) {
    if (!isRefusedWrite(error)) throw toStoreError(error, 'PutItem', describe([write]));
    const existing = toItem(error.Item);
    // An answer was lost on the way, and the very item that we wanted to insert is there: the lost try had inserted it.
    const ownRetry = history.mayBeApplied && isDeepStrictEqual(existing, toItem(put.Item));
    return ownRetry ? { kind: 'committed' } : { kind: 'refused', write, existing };
  }
};

const transact = async ({ client, writes, record, owner, signal }: CommitRequest): Promise<CommitOutcome> => {
  const TransactItems = [...(record ? [{ Put: record.put }] : []), ...writes.map(({ request }) => request)];
  try {
    await client.transactWriteItems({ TransactItems, ClientRequestToken: owner }, { abortSignal: signal });
    return { kind: 'committed' };
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (!reasons) throw toStoreError(error, 'TransactWriteItems', describe(writes, record));
    const refusal = refusalOf(reasons, writes, record, owner);
    if (refusal) return refusal;
    throw new StoreError(
      `TransactWriteItems on ${describe(writes, record)} was cancelled: ${(error as Error).message}`,
      {
        retryable: reasons.some(isTransient),
        cause: error,
      },
    );
  }
};

/** Why the transaction was cancelled, if one of its conditions is the reason. */
const refusalOf = (
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
  // A duplicate explains the other failures: the stock that is missing now may have been sold to the first request.
  const decisive = failed.find(({ write }) => write.uniqueAttributes) ?? failed[0];
  return decisive && { kind: 'refused', write: decisive.write, existing: toItem(decisive.reason?.Item) };
};

const isConditionFailure = ({ Code }: CancellationReason): boolean => Code === 'ConditionalCheckFailed';

const transientCodes: ReadonlySet<string | undefined> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

const isTransient = ({ Code }: CancellationReason): boolean => transientCodes.has(Code);

/** By name, because a client handed in by the user may come from another copy of the SDK. */
const cancellationReasons = (error: unknown): readonly CancellationReason[] | undefined =>
  error instanceof Error && error.name === 'TransactionCanceledException'
    ? (error as TransactionCanceledException).CancellationReasons
    : undefined;

const toItem = (attributes: Record<string, AttributeValue> | undefined): Item | undefined =>
  attributes && unmarshall(attributes);

const describe = (writes: readonly PendingWrite[], record?: RecordWrite): string => {
  const names = [...writes.map(({ tableName }) => tableName), ...(record ? [record.put.TableName] : [])];
  return `DynamoDB tables ${[...new Set(names)].map((name) => `"${name}"`).join(', ')}`;
};
