import { sdkBinding } from '../dynamodb/api/sdk/sdk-binding.ts';
import { dynamoDBStoreOn } from '../dynamodb/dynamodb-store.ts';
import { idempotencyKeyOn } from '../middleware/idempotency-key.ts';
import { singleUseTokenOn } from '../middleware/single-use-token.ts';
import { uniqueIndexOn } from '../middleware/unique-index.ts';
import { idempotentOn } from '../wrapped/idempotent.ts';
import { makeIdempotentOn } from '../wrapped/make-idempotent.ts';

export { IdempotencyError, type IdempotencyErrorCode } from '../base/error.ts';
export type { SdkClient } from '../dynamodb/api/client-binding.ts';
export type { CallOptions, DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
export type { DynamoDBStore, OpenDynamoDBStore } from '../dynamodb/dynamodb-store.ts';
export type { DynamoDBStoreOptions } from '../dynamodb/store-options.ts';
export type { IdempotencyKey, IdempotencyKeyOptions } from '../middleware/idempotency-key.ts';
export { type RecordIdOptions, recordId } from '../middleware/record-id.ts';
export type { SingleUseToken } from '../middleware/single-use-token.ts';
export type { SingleUseTokenOptions } from '../middleware/single-use-token-options.ts';
export type { UniqueIndex } from '../middleware/unique-index.ts';
export type { UniqueIndexOptions } from '../middleware/unique-index-options.ts';
export type { IdempotencyEvent, IdempotencyEventType, OnEvent } from '../protocol/event.ts';
export type { IdempotencyInfo, IdempotentContext } from '../protocol/idempotency-info.ts';
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
export { type Route, type RouteOptions, routeOf } from '../request/http/route-of.ts';
export type { KeySource } from '../request/key/key.ts';
export { combine, fromBody, fromHeader, fromPath, fromQuery } from '../request/key/sources.ts';
export type { CallerOptions } from '../request/principal/iam-caller.ts';
export { type Principal, principalOf } from '../request/principal/principal-of.ts';
export type { Duplicate } from '../transaction/committer.ts';
export type { Item, Table, UniqueConstraint } from '../transaction/table.ts';
export type { Condition, UniqueOptions, Update, WriteOptions, Writes, WritesContext } from '../transaction/writes.ts';
export { currentOperation } from '../wrapped/current-operation.ts';
export type { IdempotentDecorator } from '../wrapped/idempotent.ts';
export type { Idempotent, MakeIdempotent } from '../wrapped/make-idempotent.ts';
export type { MakeIdempotentOptions } from '../wrapped/make-idempotent-options.ts';

// What reaches DynamoDB through a client of the AWS SDK, unless told otherwise. The annotations let bundlers drop what isn't used.
export const dynamoDBStore = /* @__PURE__ */ dynamoDBStoreOn(sdkBinding);
export const idempotencyKey = /* @__PURE__ */ idempotencyKeyOn(dynamoDBStore);
export const singleUseToken = /* @__PURE__ */ singleUseTokenOn(dynamoDBStore);
export const uniqueIndex = /* @__PURE__ */ uniqueIndexOn(dynamoDBStore, sdkBinding);
export const makeIdempotent = /* @__PURE__ */ makeIdempotentOn(dynamoDBStore);
export const idempotent = /* @__PURE__ */ idempotentOn(makeIdempotent);
