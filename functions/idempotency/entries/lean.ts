/**
 * The same names as `middy-idempotency`, without the AWS SDK: for short cold starts.
 *
 * @module middy-idempotency/lean
 */

import { leanBinding } from '../dynamodb/api/lean/lean-binding.ts';
import { dynamoDBStoreOn } from '../dynamodb/dynamodb-store.ts';
import { warmUpOn } from '../dynamodb/warm-up.ts';
import { idempotencyKeyOn } from '../middleware/idempotency-key.ts';
import { singleUseTokenOn } from '../middleware/single-use-token.ts';
import { uniqueIndexOn } from '../middleware/unique-index.ts';
import { backfillGuardsOn, checkGuardsOn } from '../transaction/audit/audit-guards.ts';
import { idempotentOn } from '../wrapped/idempotent.ts';
import { makeIdempotentOn } from '../wrapped/make-idempotent.ts';

export { compareAndSwapStore } from '../addons/compare-and-swap/compare-and-swap-store.ts';
export { IdempotencyError } from '../base/error.ts';
export type { Credentials } from '../dynamodb/api/lean/credentials/credentials.ts';
export { leanClient } from '../dynamodb/api/lean/lean-client.ts';
export type { LeanClientOptions } from '../dynamodb/api/lean/lean-options.ts';
export { recordId } from '../middleware/record-id.ts';
export { stillRunning } from '../middleware/still-running.ts';
export { issueToken } from '../protocol/issue-token.ts';
export { resolve } from '../protocol/resolve.ts';
export { StoreError } from '../record/store.ts';
export { routeOf } from '../request/http/route-of.ts';
export { combine, fromBody, fromHeader, fromPath, fromQuery } from '../request/key/sources.ts';
export { principalOf } from '../request/principal/principal-of.ts';
export { currentOperation } from '../wrapped/current-operation.ts';
export type * from './types.ts';

// What reaches DynamoDB through a lean client. The annotations let bundlers drop what isn't used.
/** @function */
export const dynamoDBStore = /* @__PURE__ */ dynamoDBStoreOn(leanBinding);
/** @function */
export const idempotencyKey = /* @__PURE__ */ idempotencyKeyOn(dynamoDBStore);
/** @function */
export const singleUseToken = /* @__PURE__ */ singleUseTokenOn(dynamoDBStore);
/** @function */
export const uniqueIndex = /* @__PURE__ */ uniqueIndexOn(dynamoDBStore, leanBinding);
/** @function */
export const warmUp = /* @__PURE__ */ warmUpOn(leanBinding);
/** @function */
export const checkGuards = /* @__PURE__ */ checkGuardsOn(leanBinding);
/** @function */
export const backfillGuards = /* @__PURE__ */ backfillGuardsOn(leanBinding);
/** @function */
export const makeIdempotent = /* @__PURE__ */ makeIdempotentOn(dynamoDBStore);
/** @function */
export const idempotent = /* @__PURE__ */ idempotentOn(makeIdempotent);
