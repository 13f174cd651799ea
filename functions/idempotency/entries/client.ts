/**
 * The caller's half, for browsers, workers and Node: it imports nothing else.
 *
 * @module middy-idempotency/client
 */

export type { Answer, Try } from '../caller/attempt.ts';
export type { Caller } from '../caller/caller.ts';
export {
  ClientError,
  type ClientErrorCode,
  type ClientErrorDetails,
  type Outcome,
  type Problem,
} from '../caller/client-error.ts';
export type { ClientEvent } from '../caller/client-event.ts';
export { idempotentFetch } from '../caller/idempotent-fetch.ts';
export { fileKeys } from '../caller/keys/file-keys.ts';
export { indexedDBKeys } from '../caller/keys/indexed-db-keys.ts';
export type { KeyStore, StoredKey } from '../caller/keys/key-store.ts';
export { type AsyncMap, mapKeys } from '../caller/keys/map-keys.ts';
export type { OperationName } from '../caller/operation-name.ts';
export type { ClientOptions, Doubt } from '../caller/options.ts';
export { type TokenCaller, type TokenFetchOptions, tokenFetch } from '../caller/token-fetch.ts';
