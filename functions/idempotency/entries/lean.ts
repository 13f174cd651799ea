export { IdempotencyError } from '../base/error.ts';
export type { Credentials } from '../dynamodb/api/lean/credentials/credentials.ts';
export { leanClient } from '../dynamodb/api/lean/lean-client.ts';
export type { LeanClientOptions } from '../dynamodb/api/lean/options.ts';
export { issueToken } from '../protocol/issue-token.ts';
export { StoreError } from '../record/store.ts';
export { combine, fromBody, fromHeader, fromPath, fromQuery } from '../request/key/sources.ts';
export { principalOf } from '../request/principal.ts';
export { currentOperation } from '../wrapped/current-operation.ts';
// The values of the main entry by the same names, bound to another client: their types are the same.
export type * from './main.ts';
export {
  dynamoDBStore,
  idempotencyKey,
  idempotent,
  makeIdempotent,
  singleUseToken,
  uniqueIndex,
} from './on-lean-client.ts';
