export { IdempotencyError, type IdempotencyErrorCode } from '../base/error.ts';
export type { CallOptions, DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
export type { SdkClient } from '../dynamodb/api/sdk/sdk-client.ts';
export type { DynamoDBStore, OpenDynamoDBStore } from '../dynamodb/dynamodb-store.ts';
export type { DynamoDBStoreOptions } from '../dynamodb/store-options.ts';
export type { IdempotencyKey, IdempotencyKeyOptions } from '../middleware/idempotency-key.ts';
export type { SingleUseToken, SingleUseTokenOptions } from '../middleware/single-use-token.ts';
export type { UniqueIndex, UniqueIndexOptions } from '../middleware/unique-index.ts';
export type { IdempotencyInfo, IdempotentContext, WritesContext } from '../protocol/context.ts';
export type { IdempotencyEvent, IdempotencyEventType, OnEvent } from '../protocol/event.ts';
export { type IssueTokenOptions, issueToken } from '../protocol/issue-token.ts';
export type { IdempotencyRecord, RecordStatus } from '../record/record.ts';
export type { RecordCache } from '../record/record-cache.ts';
export type { EncodedResult, UnavailableReason } from '../record/result.ts';
export type { ResultOverflow } from '../record/result-overflow.ts';
export type {
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
} from '../record/store.ts';
export { StoreError } from '../record/store.ts';
export type { KeySource } from '../request/key/key.ts';
export { combine, fromBody, fromHeader, fromPath, fromQuery } from '../request/key/sources.ts';
export { type Principal, principalOf } from '../request/principal.ts';
export type { Duplicate } from '../transaction/committer.ts';
export type { Item, Table, UniqueConstraint } from '../transaction/table.ts';
export type { Condition, UniqueOptions, Update, WriteOptions, Writes } from '../transaction/writes.ts';
export { currentOperation } from '../wrapped/current-operation.ts';
export type { IdempotentDecorator } from '../wrapped/idempotent.ts';
export type { Idempotent, MakeIdempotent } from '../wrapped/make-idempotent.ts';
export type { MakeIdempotentOptions } from '../wrapped/options.ts';
export {
  dynamoDBStore,
  idempotencyKey,
  idempotent,
  makeIdempotent,
  singleUseToken,
  uniqueIndex,
} from './on-sdk.ts';
