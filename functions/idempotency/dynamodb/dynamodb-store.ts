import type { Put } from '@aws-sdk/client-dynamodb';
import { checkOptions } from '../base/options.ts';
import type { IdempotencyRecord } from '../record/record.ts';
import type { ResultOverflow } from '../record/result-overflow.ts';
import type { IdempotencyStore, ReadRequest } from '../record/store.ts';
import type { ClientBinding } from './api/client-binding.ts';
import type { DynamoDBApi } from './api/dynamodb-api.ts';
import type { Attributes } from './attributes.ts';
import { createClaim } from './claim.ts';
import { type CompletedRecord, createCompletion } from './completion.ts';
import { describeTable, type RecordTable, toSeconds } from './conditional-writes.ts';
import { toStoreError } from './dynamodb-error.ts';
import { createRecordFormat } from './record-format.ts';
import { recordTables } from './record-tables.ts';
import { createRelease } from './release.ts';
import { createResolve } from './resolve.ts';
import { type DynamoDBStoreOptions, resolveTable, tableRules } from './store-options.ts';
import { layoutRules, resolveLayout } from './table-layout.ts';
import { createTokenVerbs } from './tokens.ts';
import { createUndo } from './undo.ts';

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
   * The record store on DynamoDB. Claim, complete and release are one conditional write each: one round trip, one write unit for records
   * below 1 KB. Using up a token is a transaction of one delete: two write units.
   *
   * @throws {TypeError} when an option is unknown or wrong, or no table name is set
   *
   * @example
   * ```ts
   * const store = dynamoDBStore({ tableName: 'shop', partitionKey: 'pk', sortKey: 'sk', keyPrefix: 'idempotency#' });
   * ```
   */
  (options?: DynamoDBStoreOptions): DynamoDBStore;
}

export interface StoreSettings extends RecordTable {
  overflow: ResultOverflow | undefined;
  warmsUp?: boolean;
}

/** The store, on the clients of an entry of the package. */
export const dynamoDBStoreOn =
  (binding: ClientBinding): OpenDynamoDBStore =>
  (options = {}) => {
    checkOptions('dynamoDBStore', options, { ...tableRules(binding), ...layoutRules });
    return createRecordStore({
      ...resolveTable('dynamoDBStore', options, binding),
      format: createRecordFormat(resolveLayout('dynamoDBStore', options)),
    });
  };

/** The verbs, on records of any format. */
export const createRecordStore = (settings: StoreSettings): DynamoDBStore => {
  const { tableName, client, overflow, warmsUp = false, format } = settings;
  const { keyOf, toRecord, bytesBesides } = format;
  recordTables.set(JSON.stringify([tableName, keyOf('')]), { tableName, format });
  const claim = createClaim(settings);
  const { complete, completedPut } = createCompletion(settings);
  const release = createRelease(settings);
  const undo = createUndo(settings);
  const resolve = createResolve(settings);
  const { issue, consume } = createTokenVerbs(settings);

  const read = async ({ id, nowMs, consistent }: ReadRequest, signal?: AbortSignal) => {
    const input = { TableName: tableName, Key: keyOf(id), ConsistentRead: consistent };
    const { Item } = await client.getItem(input, { abortSignal: signal }).catch((error: unknown) => {
      throw toStoreError(error, 'GetItem', describeTable(tableName));
    });
    const record = Item && toRecord(Item);
    return record && record.expiresAtSeconds > toSeconds(nowMs) ? record : undefined;
  };

  const verbs = { bytesBesides, claim, read, complete, release, undo, resolve, issue, consume, completedPut, toRecord };
  return { client, tableName, warmsUp, ...(overflow && { overflow }), ...verbs };
};
