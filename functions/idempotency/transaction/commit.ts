import type { Put } from '@aws-sdk/client-dynamodb';
import type { DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
import { isRefusedWrite, mayHaveBeenApplied, toStoreError } from '../dynamodb/dynamodb-error.ts';
import { StoreError } from '../record/store.ts';
import { attributesText } from './attribute-text.ts';
import { cancellationReasons, isTransient, refusalOf } from './cancellation.ts';
import type { CommitOutcome, RecordWrite } from './commit-outcome.ts';
import type { PendingWrite } from './pending-write.ts';

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

const callOptions = ({ history, signal }: CommitRequest) => ({
  abortSignal: signal,
  // The client retries what was throttled as well, which has written nothing.
  onFailedTry: (error: unknown) => {
    history.mayBeApplied ||= mayHaveBeenApplied(error);
  },
});

/** Half the price of a transaction, for the one case that is safe without one. */
const insertOne = async (request: CommitRequest, write: PendingWrite, put: Put): Promise<CommitOutcome> => {
  const { client, history } = request;
  try {
    await client.putItem(put, callOptions(request));
    return { kind: 'committed' };
  } catch (error) {
    if (!isRefusedWrite(error)) throw toStoreError(error, 'PutItem', describe([write]));
    const { Item: existing } = error;
    // An answer was lost on the way, and the very item that we wanted to insert is there: the lost try had inserted it.
    const isOwn = history.mayBeApplied && existing && attributesText(existing) === attributesText(put.Item ?? {});
    return isOwn ? { kind: 'committed' } : { kind: 'refused', write, existing };
  }
};

const transact = async (request: CommitRequest): Promise<CommitOutcome> => {
  const { client, writes, record, owner } = request;
  const TransactItems = [...(record ? [{ Put: record.put }] : []), ...writes.map((write) => write.request)];
  try {
    await client.transactWriteItems({ TransactItems, ClientRequestToken: owner }, callOptions(request));
    return { kind: 'committed' };
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (!reasons) throw toStoreError(error, 'TransactWriteItems', describe(writes, record));
    const refusal = refusalOf(reasons, writes, record, owner);
    if (refusal) return refusal;
    throw new StoreError(
      `TransactWriteItems on ${describe(writes, record)} was cancelled: ${(error as Error).message}`,
      { retryable: reasons.some(isTransient), cause: error },
    );
  }
};

const describe = (writes: readonly PendingWrite[], record?: RecordWrite): string => {
  const names = [...writes.map(({ tableName }) => tableName), ...(record ? [record.put.TableName] : [])];
  return `DynamoDB tables ${[...new Set(names)].map((name) => `"${name}"`).join(', ')}`;
};
