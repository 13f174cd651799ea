export type { IdempotencyInfo, IdempotentContext, WritesContext } from './context.ts';
export { IdempotencyError, type IdempotencyErrorCode } from './error.ts';
export type { IdempotencyEvent, IdempotencyEventType, OnEvent } from './event.ts';
export { type Principal, principalOf } from './http/principal.ts';
export type { IdempotentDecorator } from './idempotent.ts';
export type { KeySource } from './key/key.ts';
export { combine, fromBody, fromHeader, fromPath, fromQuery } from './key/sources.ts';
export type { Idempotent, MakeIdempotent } from './make-idempotent.ts';
export type { IdempotencyKey, IdempotencyKeyOptions } from './middleware/idempotency-key.ts';
export type { SingleUseToken, SingleUseTokenOptions } from './middleware/single-use-token.ts';
export type { UniqueIndex, UniqueIndexOptions } from './middleware/unique-index.ts';
export {
  dynamoDBStore,
  idempotencyKey,
  idempotent,
  makeIdempotent,
  singleUseToken,
  uniqueIndex,
} from './on-sdk.ts';
export type { IdempotencyRecord, RecordStatus } from './record.ts';
export type { RecordCache } from './record-cache.ts';
export type { EncodedResult, UnavailableReason } from './result.ts';
export type { DynamoDBStore, OpenDynamoDBStore } from './store/dynamodb.ts';
export type { CallOptions, DynamoDBApi } from './store/dynamodb-api.ts';
export type { DynamoDBStoreOptions } from './store/dynamodb-options.ts';
export type { ResultOverflow } from './store/result-overflow.ts';
export type { SdkClient } from './store/sdk-client.ts';
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
} from './store/store.ts';
export { StoreError } from './store/store.ts';
export { type IssueTokenOptions, issueToken } from './token.ts';
export { currentOperation } from './wrapped/current-operation.ts';
export type { MakeIdempotentOptions } from './wrapped/options.ts';
export type { Duplicate } from './writes/committer.ts';
export type { Item, Table, UniqueConstraint } from './writes/table.ts';
export type { Condition, UniqueOptions, Update, WriteOptions, Writes } from './writes/writes.ts';
