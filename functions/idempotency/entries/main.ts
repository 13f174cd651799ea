/**
 * The middlewares, the wrapper and what they are given, on the AWS SDK.
 *
 * @module middy-idempotency
 */

import { sdkBinding } from '../dynamodb/api/sdk/sdk-binding.ts';
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

// What reaches DynamoDB through a client of the AWS SDK, unless told otherwise. The annotations let bundlers drop what isn't used.
/** @function */
export const dynamoDBStore = /* @__PURE__ */ dynamoDBStoreOn(sdkBinding);
/** @function */
export const idempotencyKey = /* @__PURE__ */ idempotencyKeyOn(dynamoDBStore);
/** @function */
export const singleUseToken = /* @__PURE__ */ singleUseTokenOn(dynamoDBStore);
/** @function */
export const uniqueIndex = /* @__PURE__ */ uniqueIndexOn(dynamoDBStore, sdkBinding);
/** @function */
export const warmUp = /* @__PURE__ */ warmUpOn(sdkBinding);
/** @function */
export const checkGuards = /* @__PURE__ */ checkGuardsOn(sdkBinding);
/** @function */
export const backfillGuards = /* @__PURE__ */ backfillGuardsOn(sdkBinding);
/** @function */
export const makeIdempotent = /* @__PURE__ */ makeIdempotentOn(dynamoDBStore);
/** @function */
export const idempotent = /* @__PURE__ */ idempotentOn(makeIdempotent);
