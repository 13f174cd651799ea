/**
 * What the middlewares make of an operation, for OpenAPI documents.
 *
 * @module middy-idempotency/openapi
 */

export { openApiComponents } from '../middleware/openapi/components.ts';
export {
  idempotencyKeyContract,
  singleUseTokenContract,
  uniqueIndexContract,
} from '../middleware/openapi/contracts.ts';
export type {
  OpenApiContract,
  OpenApiHeader,
  OpenApiParameter,
  OpenApiReference,
  OpenApiRefusal,
  OpenApiResponse,
  OpenApiSchema,
} from '../middleware/openapi/open-api.ts';
export { type OpenApiOperation, withContract } from '../middleware/openapi/with-contract.ts';
