export { IdempotencyError } from '../error.ts';
export { principalOf } from '../http/principal.ts';
// The values of the main entry by the same names, bound to another client: their types are the same.
export type * from '../index.ts';
export { combine, fromBody, fromHeader, fromPath, fromQuery } from '../key/sources.ts';
export { StoreError } from '../store/store.ts';
export { issueToken } from '../token.ts';
export { currentOperation } from '../wrapped/current-operation.ts';
export type { Credentials } from './credentials/credentials.ts';
export { leanClient } from './lean-client.ts';
export {
  dynamoDBStore,
  idempotencyKey,
  idempotent,
  makeIdempotent,
  singleUseToken,
  uniqueIndex,
} from './on-lean-client.ts';
export type { LeanClientOptions } from './options.ts';
