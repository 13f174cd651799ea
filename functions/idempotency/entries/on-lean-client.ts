import { leanBinding } from '../dynamodb/api/lean/lean-binding.ts';
import { dynamoDBStoreOn } from '../dynamodb/dynamodb-store.ts';
import { idempotencyKeyOn } from '../middleware/idempotency-key.ts';
import { singleUseTokenOn } from '../middleware/single-use-token.ts';
import { uniqueIndexOn } from '../middleware/unique-index.ts';
import { idempotentOn } from '../wrapped/idempotent.ts';
import { makeIdempotentOn } from '../wrapped/make-idempotent.ts';

// What reaches DynamoDB through a lean client. The annotations let bundlers drop what isn't used.
export const dynamoDBStore = /* @__PURE__ */ dynamoDBStoreOn(leanBinding);
export const idempotencyKey = /* @__PURE__ */ idempotencyKeyOn(dynamoDBStore);
export const singleUseToken = /* @__PURE__ */ singleUseTokenOn(dynamoDBStore);
export const uniqueIndex = /* @__PURE__ */ uniqueIndexOn(dynamoDBStore, leanBinding);
export const makeIdempotent = /* @__PURE__ */ makeIdempotentOn(dynamoDBStore);
export const idempotent = /* @__PURE__ */ idempotentOn(makeIdempotent);
