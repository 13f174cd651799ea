import type { DynamoDBClient, Put } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { checkOptions, isNonEmptyString } from '../options.ts';
import type { IdempotencyRecord } from '../record.ts';
import type { EncodedResult } from '../result.ts';
import { defaultClient, documentClient } from './dynamodb-client.ts';
import { isRefusedWrite, toStoreError } from './dynamodb-error.ts';
import { namesUsedIn, resultAttributes, toRecord } from './dynamodb-item.ts';
import type {
  ClaimOutcome,
  ClaimRequest,
  CompleteRequest,
  ConsumeOutcome,
  ConsumeRequest,
  IdempotencyStore,
  IssueRequest,
  OwnerWriteOutcome,
  ReadRequest,
  ReleaseRequest,
} from './store.ts';

export interface DynamoDBStoreOptions {
  /**
   * The table's name.
   * @default the environment variable IDEMPOTENCY_TABLE
   */
  tableName?: string;
  /**
   * A client of your own: other endpoints, retries, timeouts, tracing.
   * @default one client per execution environment that gives up on a connection after 1 s and on an answer after 3 s
   */
  client?: DynamoDBClient | DynamoDBDocumentClient;
}

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
}

type UpdateInput = Omit<UpdateCommandInput, 'TableName' | 'ExpressionAttributeNames'>;

const toSeconds = (epochMs: number): number => Math.floor(epochMs / 1000);

const unexpired = '#expiresAt > :now';
const absent = 'attribute_not_exists(#id) OR #expiresAt <= :now';
const issued = '#status = :issued AND #tokenExpiresAt > :now';
const crashed = '#status = :inProgress AND #leaseExpiresAt <= :nowMs AND #fingerprint = :fingerprint';
const mine = '#owner = :owner AND #status = :inProgress';

/**
 * The record store on DynamoDB: every verb is one conditional write, one round trip, one write unit for records below 1 KB.
 *
 * @throws {TypeError} when an option is unknown or wrong, or no table is named
 */
export const dynamoDBStore = (options: DynamoDBStoreOptions = {}): DynamoDBStore => {
  checkOptions('dynamoDBStore', options, {
    tableName: isNonEmptyString,
    client: {
      is: (value) => typeof (value as DynamoDBClient).send === 'function',
      expected: 'a DynamoDB client of the AWS SDK v3',
    },
  });
  const tableName = options.tableName ?? process.env['IDEMPOTENCY_TABLE'];
  if (!tableName) {
    throw new TypeError(
      'dynamoDBStore: no table is named. Set the environment variable IDEMPOTENCY_TABLE (`IdempotencyTable.attach(fn)` does) or pass `tableName`.',
    );
  }
  const client = options.client ? documentClient(options.client) : defaultClient();
  const target = `DynamoDB table "${tableName}"`;

  /** Sends a conditional write; a refusal is an outcome, anything else a `StoreError`. */
  const attemptWrite = async <Output>(
    action: string,
    send: () => Promise<Output>,
  ): Promise<{ refused: false; output: Output } | { refused: true; record: IdempotencyRecord | undefined }> => {
    try {
      return { refused: false, output: await send() };
    } catch (error) {
      if (!isRefusedWrite(error)) throw toStoreError(error, action, target);
      return { refused: true, record: error.Item && toRecord(unmarshall(error.Item)) };
    }
  };

  const update = (input: UpdateInput, signal?: AbortSignal) =>
    attemptWrite('UpdateItem', () =>
      client.send(
        new UpdateCommand({
          TableName: tableName,
          ExpressionAttributeNames: namesUsedIn(input.UpdateExpression ?? '', input.ConditionExpression ?? ''),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ...input,
        }),
        { ...(signal && { abortSignal: signal }) },
      ),
    );

  const claim = async (request: ClaimRequest, signal?: AbortSignal): Promise<ClaimOutcome> => {
    const { id, owner, from, takeOver } = request;
    const free = from === 'absent' ? absent : issued;
    const takenOver = from === 'absent' ? crashed : `${crashed} AND ${unexpired}`;
    const input: UpdateInput = {
      Key: { id },
      ConditionExpression: takeOver ? `(${free}) OR (${takenOver})` : free,
      UpdateExpression:
        'SET #status = :inProgress, #owner = :owner, #fingerprint = :fingerprint, #leaseExpiresAt = :leaseExpiresAt, ' +
        '#expiresAt = :expiresAt, #attempt = if_not_exists(#attempt, :zero) + :one REMOVE #result, #encoding, #thrown, #attempts',
      ExpressionAttributeValues: {
        ':inProgress': 'IN_PROGRESS',
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
    if (!outcome.refused) return { claimed: true, attempt: outcome.output.Attributes?.['attempt'] as number };
    const { record } = outcome;
    const ownRetry = record?.owner === owner && record.status === 'IN_PROGRESS';
    return ownRetry ? { claimed: true, attempt: record.attempt ?? 1 } : { claimed: false, record };
  };

  const read = async ({ id, nowMs, consistent }: ReadRequest, signal?: AbortSignal) => {
    const get = new GetCommand({ TableName: tableName, Key: { id }, ConsistentRead: consistent });
    const { Item } = await client.send(get, { ...(signal && { abortSignal: signal }) }).catch((error: unknown) => {
      throw toStoreError(error, 'GetItem', target);
    });
    const record = Item && toRecord(Item);
    return record && record.expiresAtSeconds > toSeconds(nowMs) ? record : undefined;
  };

  const complete = async (request: CompleteRequest, signal?: AbortSignal): Promise<OwnerWriteOutcome> => {
    const { id, owner } = request;
    const { encoding, result, thrown } = resultAttributes(request.result);
    const outcome = await update(
      {
        Key: { id },
        ConditionExpression: mine,
        UpdateExpression:
          'SET #status = :completed, #expiresAt = :expiresAt, #encoding = :encoding, #result = :result, #thrown = :thrown, #attempts = #attempt ' +
          'REMOVE #leaseExpiresAt, #attempt',
        ExpressionAttributeValues: {
          ':completed': 'COMPLETED',
          ':inProgress': 'IN_PROGRESS',
          ':owner': owner,
          ':expiresAt': request.expiresAtSeconds,
          ':encoding': encoding,
          ':result': result,
          ':thrown': thrown,
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
          Key: { id },
          ConditionExpression: mine,
          ExpressionAttributeNames: namesUsedIn(mine),
          ExpressionAttributeValues: { ':owner': owner, ':inProgress': 'IN_PROGRESS' },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
        { ...(signal && { abortSignal: signal }) },
      ),
    );

  const returnToken = ({ id, owner }: ReleaseRequest, signal?: AbortSignal) =>
    update(
      {
        Key: { id },
        ConditionExpression: mine,
        UpdateExpression:
          'SET #status = :issued, #expiresAt = #tokenExpiresAt REMOVE #owner, #attempt, #leaseExpiresAt, #fingerprint',
        ExpressionAttributeValues: { ':owner': owner, ':inProgress': 'IN_PROGRESS', ':issued': 'ISSUED' },
      },
      signal,
    );

  const release = async (request: ReleaseRequest, signal?: AbortSignal): Promise<OwnerWriteOutcome> => {
    const toAbsent = request.to === 'absent';
    const outcome = await (toAbsent ? removeRecord : returnToken)(request, signal);
    if (!outcome.refused) return 'written';
    // The state that this release leads to carries no owner: finding it means that an earlier try was applied.
    const ownRetry = toAbsent ? outcome.record === undefined : outcome.record?.status === 'ISSUED';
    return ownRetry ? 'written' : 'lost';
  };

  const issue = async ({ id, expiresAtSeconds }: IssueRequest): Promise<void> => {
    // A refusal is this call's own earlier try: nobody else can have drawn the same token.
    await attemptWrite('PutItem', () =>
      client.send(
        new PutCommand({
          TableName: tableName,
          Item: { id, status: 'ISSUED', expiresAt: expiresAtSeconds, tokenExpiresAt: expiresAtSeconds },
          ConditionExpression: 'attribute_not_exists(#id)',
          ExpressionAttributeNames: namesUsedIn('#id'),
        }),
      ),
    );
  };

  const consume = async ({ id, owner, nowMs }: ConsumeRequest, signal?: AbortSignal): Promise<ConsumeOutcome> => {
    const input: UpdateInput = {
      Key: { id },
      ConditionExpression: issued,
      UpdateExpression: 'SET #status = :consumed, #owner = :owner',
      ExpressionAttributeValues: {
        ':issued': 'ISSUED',
        ':consumed': 'CONSUMED',
        ':owner': owner,
        ':now': toSeconds(nowMs),
      },
    };
    const outcome = await update(input, signal);
    if (!outcome.refused) return { consumed: true };
    const { record } = outcome;
    const ownRetry = record?.owner === owner && record.status === 'CONSUMED';
    return ownRetry ? { consumed: true } : { consumed: false, record };
  };

  const completedPut = ({ nowMs, expiresAtSeconds, result, ...identity }: CompletedRecord): Put => ({
    TableName: tableName,
    Item: marshall({
      ...identity,
      status: 'COMPLETED',
      expiresAt: expiresAtSeconds,
      attempts: 1,
      ...resultAttributes(result),
    }),
    ConditionExpression: absent,
    ExpressionAttributeNames: namesUsedIn(absent),
    ExpressionAttributeValues: marshall({ ':now': toSeconds(nowMs) }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });

  return { client, tableName, claim, read, complete, release, issue, consume, completedPut };
};
