import type { Put } from '@aws-sdk/client-dynamodb';
import { checkOptions } from '../options.ts';
import type { IdempotencyRecord } from '../record.ts';
import type { EncodedResult } from '../result.ts';
import { type Attributes, numberOf, toNumber, toText } from './attributes.ts';
import type { ClientBinding } from './client-binding.ts';
import type { DynamoDBApi } from './dynamodb-api.ts';
import { toStoreError } from './dynamodb-error.ts';
import { type DynamoDBStoreOptions, resolveTable, tableRules } from './dynamodb-options.ts';
import { createTokenVerbs } from './dynamodb-tokens.ts';
import {
  createConditionalWrites,
  describeTable,
  issued,
  mine,
  type RecordTable,
  toSeconds,
} from './dynamodb-writes.ts';
import { createRecordFormat } from './record-format.ts';
import type { ResultAttributes } from './result-attributes.ts';
import type { ResultOverflow } from './result-overflow.ts';
import type {
  ClaimOutcome,
  ClaimRequest,
  CompleteRequest,
  IdempotencyStore,
  OwnerWriteOutcome,
  ReadRequest,
  ReleaseRequest,
} from './store.ts';
import { layoutRules, resolveLayout } from './table-layout.ts';

/** A record that is complete from the start, for writing in one transaction with the operation's effects. */
export interface CompletedRecord {
  id: string;
  owner: string;
  fingerprint: string;
  result: EncodedResult;
  nowMs: number;
  expiresAtSeconds: number;
}

export interface DynamoDBStore extends IdempotencyStore {
  readonly client: DynamoDBApi;
  readonly tableName: string;
  /** The write that remembers a completed operation unless the record exists: for a transaction. */
  completedPut(record: CompletedRecord): Put;
  /** Reads an item that refused such a write. */
  toRecord(item: Attributes): IdempotencyRecord;
}

/** Opens the record store on DynamoDB. */
export interface OpenDynamoDBStore {
  /**
   * The record store on DynamoDB: every verb is one conditional write, one round trip, one write unit for records below 1 KB.
   *
   * @throws {TypeError} when an option is unknown or wrong, or no table is named
   */
  (options?: DynamoDBStoreOptions): DynamoDBStore;
}

export interface StoreSettings extends RecordTable {
  overflow: ResultOverflow | undefined;
}

const unexpired = '#expiresAt > :now';
const absent = 'attribute_not_exists(#id) OR #expiresAt <= :now';

const claiming =
  'SET #status = :inProgress, #owner = :owner, #fingerprint = :fingerprint, #leaseExpiresAt = :leaseExpiresAt, ' +
  '#expiresAt = :expiresAt REMOVE #result, #encoding, #thrown, #attempts ADD #attempt :one';

const one = toNumber(1);
const statusIssued = toText('ISSUED');
const statusCompleted = toText('COMPLETED');

/** The store, on the clients of an entry of the package. */
export const dynamoDBStoreOn =
  (binding: ClientBinding): OpenDynamoDBStore =>
  (options = {}) => {
    checkOptions('dynamoDBStore', options, { ...tableRules(binding), ...layoutRules });
    return openStore({
      ...resolveTable('dynamoDBStore', options, binding),
      format: createRecordFormat(resolveLayout('dynamoDBStore', options)),
    });
  };

/** The verbs, on records of any format. */
export const openStore = (settings: StoreSettings): DynamoDBStore => {
  const { tableName, client, overflow, format } = settings;
  const { keyOf, express, toRecord } = format;
  const { update, remove } = createConditionalWrites(settings);
  const { issue, consume, returnToken } = createTokenVerbs(settings);
  const inProgress = toText(format.inProgress);

  const crashed = `#status = :inProgress AND #leaseExpiresAt <= :nowMs AND ${format.samePayload}`;
  const claimOf = (free: string, takenOver: string) => ({
    untaken: express({ ConditionExpression: free, UpdateExpression: claiming }),
    untakenOrCrashed: express({ ConditionExpression: `(${free}) OR (${takenOver})`, UpdateExpression: claiming }),
  });
  const claims = { absent: claimOf(absent, crashed), issued: claimOf(issued, `${crashed} AND ${unexpired}`) };

  const claim = async (request: ClaimRequest, signal?: AbortSignal): Promise<ClaimOutcome> => {
    const { id, owner, from, takeOver } = request;
    const values: Attributes = {
      ':inProgress': inProgress,
      ':owner': toText(owner),
      ':fingerprint': toText(request.fingerprint),
      ':leaseExpiresAt': toNumber(request.leaseExpiresAtMs),
      ':expiresAt': toNumber(request.expiresAtSeconds),
      ':one': one,
      ':now': toNumber(toSeconds(request.nowMs)),
    };
    if (from === 'issued') values[':issued'] = statusIssued;
    if (takeOver) values[':nowMs'] = toNumber(request.nowMs);
    const expressions = claims[from][takeOver ? 'untakenOrCrashed' : 'untaken'];
    // The old values: none for a new record, so that the answer to most claims is empty.
    const outcome = await update(id, expressions, values, signal, { ReturnValues: 'UPDATED_OLD' });
    if (!outcome.refused) {
      return { claimed: true, attempt: (numberOf(format.attributeOf(outcome.output.Attributes, 'attempt')) ?? 0) + 1 };
    }
    const { record } = outcome;
    const ownRetry = record?.owner === owner && record.status === 'IN_PROGRESS';
    return ownRetry
      ? { claimed: true, attempt: record.attempt ?? 1, leaseExpiresAtMs: record.leaseExpiresAtMs }
      : { claimed: false, record };
  };

  const read = async ({ id, nowMs, consistent }: ReadRequest, signal?: AbortSignal) => {
    const input = { TableName: tableName, Key: keyOf(id), ConsistentRead: consistent };
    const { Item } = await client.getItem(input, { abortSignal: signal }).catch((error: unknown) => {
      throw toStoreError(error, 'GetItem', describeTable(tableName));
    });
    const record = Item && toRecord(Item);
    return record && record.expiresAtSeconds > toSeconds(nowMs) ? record : undefined;
  };

  /** What a claim is completed by: with the result alone where that is all there is to keep, as mostly. */
  const completionOf = (attributes: readonly (keyof ResultAttributes)[]) => {
    const resultOnly = attributes.map((name) => `#${name} = :${name}`).join(', ');
    const common = `#status = :completed, #expiresAt = :expiresAt, ${resultOnly}`;
    return format.completesAbsent
      ? express({
          ConditionExpression: `(${mine}) OR attribute_not_exists(#id)`,
          UpdateExpression: `SET ${common}, #owner = :owner, #attempts = if_not_exists(#attempt, :one) REMOVE #leaseExpiresAt, #attempt`,
        })
      : express({
          ConditionExpression: mine,
          UpdateExpression: `SET ${common}, #attempts = #attempt REMOVE #leaseExpiresAt, #attempt`,
        });
  };
  const plainCompletion = completionOf(['result']);

  const complete = async (request: CompleteRequest, signal?: AbortSignal): Promise<OwnerWriteOutcome> => {
    const { id, owner } = request;
    const { result, encoding, thrown } = format.encode(request.result);
    const values: Attributes = {
      ':completed': statusCompleted,
      ':inProgress': inProgress,
      ':owner': toText(owner),
      ':expiresAt': toNumber(request.expiresAtSeconds),
      ':result': result,
    };
    if (format.completesAbsent) values[':one'] = one;
    if (encoding) values[':encoding'] = encoding;
    if (thrown) values[':thrown'] = thrown;
    const expressions =
      encoding || thrown
        ? completionOf(['result', ...(encoding ? ['encoding' as const] : []), ...(thrown ? ['thrown' as const] : [])])
        : plainCompletion;
    const outcome = await update(id, expressions, values, signal);
    const ownRetry = outcome.refused && outcome.record?.owner === owner && outcome.record.status === 'COMPLETED';
    return !outcome.refused || ownRetry ? 'written' : 'lost';
  };

  const removal = express({ ConditionExpression: mine });

  const removeRecord = ({ id, owner }: ReleaseRequest, signal?: AbortSignal) =>
    remove(id, removal, { ':owner': toText(owner), ':inProgress': inProgress }, signal);

  const release = async (request: ReleaseRequest, signal?: AbortSignal): Promise<OwnerWriteOutcome> => {
    const toAbsent = request.to === 'absent';
    const outcome = await (toAbsent ? removeRecord : returnToken)(request, signal);
    if (!outcome.refused) return 'written';
    // The state that this release leads to carries no owner: finding it means that an earlier try was applied.
    const ownRetry = toAbsent ? outcome.record === undefined : outcome.record?.status === 'ISSUED';
    return ownRetry ? 'written' : 'lost';
  };

  const ifAbsent = express({ ConditionExpression: absent });

  const completedPut = ({ id, owner, fingerprint, result, nowMs, expiresAtSeconds }: CompletedRecord): Put => ({
    TableName: tableName,
    Item: format.toItem(id, {
      owner: toText(owner),
      fingerprint: toText(fingerprint),
      status: statusCompleted,
      expiresAt: toNumber(expiresAtSeconds),
      attempts: one,
      ...format.encode(result),
    }),
    ExpressionAttributeValues: { ':now': toNumber(toSeconds(nowMs)) },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ...ifAbsent,
  });

  const verbs = { claim, read, complete, release, issue, consume, completedPut, toRecord };
  return { client, tableName, ...(overflow && { overflow }), ...verbs };
};
