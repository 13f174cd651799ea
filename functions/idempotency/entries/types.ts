// What users name in their own code, without values: the same from both entries.

export type { CompareAndSwapStoreOptions, RecordDatabase } from '../addons/compare-and-swap/compare-and-swap-store.ts';
export type { StoredRecord } from '../addons/compare-and-swap/stored-record.ts';
export type { IdempotencyErrorCode } from '../base/error.ts';
export type { SdkClient } from '../dynamodb/api/client-binding.ts';
export type { CallOptions, DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
export type { DynamoDBStore, OpenDynamoDBStore } from '../dynamodb/dynamodb-store.ts';
export type { DynamoDBStoreOptions } from '../dynamodb/store-options.ts';
export type { WarmUp, WarmUpOptions } from '../dynamodb/warm-up.ts';
export type { IdempotencyKey } from '../middleware/idempotency-key.ts';
export type { IdempotencyKeyOptions } from '../middleware/idempotency-key-options.ts';
export type { Middleware } from '../middleware/middleware.ts';
export type { AnswerDetails, OnAnswer } from '../middleware/on-answer.ts';
export type { RecordIdOptions } from '../middleware/record-id.ts';
export type { SingleUseToken } from '../middleware/single-use-token.ts';
export type { SingleUseTokenOptions } from '../middleware/single-use-token-options.ts';
export type { UniqueIndex } from '../middleware/unique-index.ts';
export type { UniqueIndexOptions } from '../middleware/unique-index-options.ts';
export type {
  EventSeverity,
  IdempotencyEvent,
  IdempotencyEventType,
  NormalEventType,
  OnEvent,
  TroubleEventType,
} from '../protocol/event.ts';
export type { IdempotencyInfo, IdempotentContext } from '../protocol/idempotency-info.ts';
export type { IssueTokenOptions } from '../protocol/issue-token.ts';
export type { Redaction, ToStore } from '../protocol/redaction.ts';
export type { Resolution, ResolveOptions } from '../protocol/resolve.ts';
export type { Decision, Decisions, StoreResponse } from '../protocol/verdict.ts';
export type { Codec } from '../record/compression.ts';
export type { Encryption, SealedRecord } from '../record/encryption.ts';
export type { IdempotencyRecord, PreviousOutcome, RecordStatus, SilentClaim } from '../record/record.ts';
export type { CachedRecords, RecordCache } from '../record/record-cache.ts';
export type { EncodedResult, ResultMarks, UnavailableReason } from '../record/result.ts';
export type { ResultOverflow } from '../record/result-overflow.ts';
export type {
  ClaimOutcome,
  ClaimRequest,
  CompleteRequest,
  ConsumeOutcome,
  ConsumeRequest,
  IdempotencyStore,
  IssueOutcome,
  IssueRequest,
  OwnerWriteOutcome,
  ReadRequest,
  RecordNames,
  ReleaseRequest,
  ResolveOutcome,
  ResolveRequest,
  RunEnd,
  UndoRequest,
  Writer,
} from '../record/store.ts';
export type { HttpResponse } from '../request/http/response.ts';
export type { Route, RouteOptions } from '../request/http/route-of.ts';
export type { KeySource } from '../request/key/key.ts';
export type { CallerOptions } from '../request/principal/iam-caller.ts';
export type { Principal } from '../request/principal/principal-of.ts';
export type { Duplicate } from '../transaction/answer-refused.ts';
export type { AuditGuardsOptions, BackfillGuards, CheckGuards } from '../transaction/audit/audit-guards.ts';
export type { GuardCursor, GuardFinding, GuardPage, GuardProblem } from '../transaction/audit/finding.ts';
export type { GuardTable, Item, Table, UniqueConstraint } from '../transaction/table/table.ts';
export type {
  Change,
  Condition,
  PutOptions,
  Update,
  UpdateOptions,
  WriteOptions,
  Writes,
  WritesContext,
} from '../transaction/writes.ts';
export type { IdempotentDecorator } from '../wrapped/idempotent.ts';
export type { Idempotent, MakeIdempotent } from '../wrapped/make-idempotent.ts';
export type { MakeIdempotentOptions } from '../wrapped/make-idempotent-options.ts';
