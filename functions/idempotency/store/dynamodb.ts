import type { AttributeValue, Put } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { checkOptions } from '../options.ts';
import type { IdempotencyRecord } from '../record.ts';
import type { EncodedResult } from '../result.ts';
import { toStoreError } from './dynamodb-error.ts';
import { type DynamoDBStoreOptions, resolveTable, tableRules } from './dynamodb-options.ts';
import { createTokenVerbs } from './dynamodb-tokens.ts';
import {
  createConditionalWrites,
  describeTable,
  issued,
  mine,
  recordOf,
  toSeconds,
  type UpdateInput,
} from './dynamodb-writes.ts';
import { createRecordFormat, type RecordFormat } from './record-format.ts';
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
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** The write that remembers a completed operation unless the record exists: for a transaction. */
  completedPut(record: CompletedRecord): Put;
  /** Reads an item that refused such a write. */
  toRecord(item: Record<string, AttributeValue>): IdempotencyRecord;
}

const unexpired = '#expiresAt > :now';
const absent = 'attribute_not_exists(#id) OR #expiresAt <= :now';

export interface StoreSettings {
  tableName: string;
  client: DynamoDBDocumentClient;
  overflow: ResultOverflow | undefined;
  format: RecordFormat;
}

/**
 * The record store on DynamoDB: every verb is one conditional write, one round trip, one write unit for records below 1 KB.
 *
 * @throws {TypeError} when an option is unknown or wrong, or no table is named
 */
export const dynamoDBStore = (options: DynamoDBStoreOptions = {}): DynamoDBStore => {
  checkOptions('dynamoDBStore', options, { ...tableRules, ...layoutRules });
  return openStore({
    ...resolveTable('dynamoDBStore', options),
    format: createRecordFormat(resolveLayout('dynamoDBStore', options)),
  });
};

/** The verbs, on records of any format. */
export const openStore = ({ tableName, client, overflow, format }: StoreSettings): DynamoDBStore => {
  const { keyOf, namesUsedIn, inProgress } = format;
  const crashed = `#status = :inProgress AND #leaseExpiresAt <= :nowMs AND ${format.samePayload}`;
  const completable = format.completesAbsent ? `(${mine}) OR attribute_not_exists(#id)` : mine;
  const { attemptWrite, update } = createConditionalWrites({ tableName, client, format });
  const { issue, consume, returnToken } = createTokenVerbs({ tableName, client, format });

  const claim = async (request: ClaimRequest, signal?: AbortSignal): Promise<ClaimOutcome> => {
    const { id, owner, from, takeOver } = request;
    const free = from === 'absent' ? absent : issued;
    const takenOver = from === 'absent' ? crashed : `${crashed} AND ${unexpired}`;
    const input: UpdateInput = {
      Key: keyOf(id),
      ConditionExpression: takeOver ? `(${free}) OR (${takenOver})` : free,
      UpdateExpression:
        'SET #status = :inProgress, #owner = :owner, #fingerprint = :fingerprint, #leaseExpiresAt = :leaseExpiresAt, ' +
        '#expiresAt = :expiresAt, #attempt = if_not_exists(#attempt, :zero) + :one REMOVE #result, #encoding, #thrown, #attempts',
      ExpressionAttributeValues: {
        ':inProgress': inProgress,
        ':owner': owner,
        ':fingerprint': request.fingerprint,
        ':leaseExpiresAt': request.leaseExpiresAtMs,
        ':expiresAt': request.expiresAtSeconds,
        ':zero': 0,
        ':one': 1,
        ':now': toSeconds(request.nowMs),
        ...(from === 'issued' && { ':issued': 'ISSUED' }),
        ...(takeOver && { ':nowMs': request.nowMs }),
      },
      ReturnValues: 'UPDATED_NEW',
    };
    const outcome = await update(input, signal);
    if (!outcome.refused)
      return { claimed: true, attempt: format.attributeOf(outcome.output.Attributes, 'attempt') as number };
    const { record } = outcome;
    const ownRetry = record?.owner === owner && record.status === 'IN_PROGRESS';
    return ownRetry
      ? { claimed: true, attempt: record.attempt ?? 1, leaseExpiresAtMs: record.leaseExpiresAtMs }
      : { claimed: false, record };
  };

  const read = async ({ id, nowMs, consistent }: ReadRequest, signal?: AbortSignal) => {
    const get = new GetCommand({ TableName: tableName, Key: keyOf(id), ConsistentRead: consistent });
    const { Item } = await client.send(get, { ...(signal && { abortSignal: signal }) }).catch((error: unknown) => {
      throw toStoreError(error, 'GetItem', describeTable(tableName));
    });
    const record = Item && format.toRecord(Item);
    return record && record.expiresAtSeconds > toSeconds(nowMs) ? record : undefined;
  };

  const complete = async (request: CompleteRequest, signal?: AbortSignal): Promise<OwnerWriteOutcome> => {
    const { id, owner } = request;
    const { encoding, result, thrown } = format.encode(request.result);
    const outcome = await update(
      {
        Key: keyOf(id),
        ConditionExpression: completable,
        UpdateExpression:
          'SET #status = :completed, #owner = :owner, #expiresAt = :expiresAt, #encoding = :encoding, #result = :result, ' +
          '#thrown = :thrown, #attempts = if_not_exists(#attempt, :one) REMOVE #leaseExpiresAt, #attempt',
        ExpressionAttributeValues: {
          ':completed': 'COMPLETED',
          ':inProgress': inProgress,
          ':owner': owner,
          ':expiresAt': request.expiresAtSeconds,
          ':encoding': encoding,
          ':result': result,
          ':thrown': thrown,
          ':one': 1,
        },
      },
      signal,
    );
    const ownRetry = outcome.refused && outcome.record?.owner === owner && outcome.record.status === 'COMPLETED';
    return !outcome.refused || ownRetry ? 'written' : 'lost';
  };

  const removeRecord = ({ id, owner }: ReleaseRequest, signal?: AbortSignal) =>
    attemptWrite('DeleteItem', () =>
      client.send(
        new DeleteCommand({
          TableName: tableName,
          Key: keyOf(id),
          ConditionExpression: mine,
          ExpressionAttributeNames: namesUsedIn(mine),
          ExpressionAttributeValues: { ':owner': owner, ':inProgress': inProgress },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
        { ...(signal && { abortSignal: signal }) },
      ),
    );

  const release = async (request: ReleaseRequest, signal?: AbortSignal): Promise<OwnerWriteOutcome> => {
    const toAbsent = request.to === 'absent';
    const outcome = await (toAbsent ? removeRecord : returnToken)(request, signal);
    if (!outcome.refused) return 'written';
    // The state that this release leads to carries no owner: finding it means that an earlier try was applied.
    const ownRetry = toAbsent ? outcome.record === undefined : outcome.record?.status === 'ISSUED';
    return ownRetry ? 'written' : 'lost';
  };

  const completedPut = ({ id, owner, fingerprint, result, nowMs, expiresAtSeconds }: CompletedRecord): Put => ({
    TableName: tableName,
    Item: marshall(
      format.toItem(id, {
        owner,
        fingerprint,
        status: 'COMPLETED',
        expiresAt: expiresAtSeconds,
        attempts: 1,
        ...format.encode(result),
      }),
    ),
    ConditionExpression: absent,
    ExpressionAttributeNames: namesUsedIn(absent),
    ExpressionAttributeValues: marshall({ ':now': toSeconds(nowMs) }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });

  const verbs = { claim, read, complete, release, issue, consume, completedPut, toRecord: recordOf(format) };
  return { client, tableName, ...(overflow && { overflow }), ...verbs };
};
