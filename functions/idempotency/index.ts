export type { IdempotencyInfo, IdempotentContext, WritesContext } from './context.ts';
export { IdempotencyError, type IdempotencyErrorCode } from './error.ts';
export type { IdempotencyEvent, IdempotencyEventType, OnEvent } from './event.ts';
export { type Principal, principalOf } from './http/principal.ts';
export { idempotent } from './idempotent.ts';
export type { KeySource } from './key/key.ts';
export { combine, fromBody, fromHeader, fromPath, fromQuery } from './key/sources.ts';
export { type Idempotent, makeIdempotent } from './make-idempotent.ts';
export { type IdempotencyKeyOptions, idempotencyKey } from './middleware/idempotency-key.ts';
export { type SingleUseTokenOptions, singleUseToken } from './middleware/single-use-token.ts';
export { type UniqueIndexOptions, uniqueIndex } from './middleware/unique-index.ts';
export type { IdempotencyRecord, RecordStatus } from './record.ts';
export type { RecordCache } from './record-cache.ts';
export type { EncodedResult, UnavailableReason } from './result.ts';
export { type DynamoDBStore, dynamoDBStore } from './store/dynamodb.ts';
export type { DynamoDBStoreOptions } from './store/dynamodb-options.ts';
export type { ResultOverflow } from './store/result-overflow.ts';
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
