/**
 * What the option types are made of; the package exports only the whole.
 *
 * @module option-types
 */

export type { Glide } from '../../functions/idempotency/addons/redis/clients/glide.ts';
export type { IoRedis } from '../../functions/idempotency/addons/redis/clients/io-redis.ts';
export type { KeysAndArguments, NodeRedis } from '../../functions/idempotency/addons/redis/clients/node-redis.ts';
export type { Attributes } from '../../functions/idempotency/dynamodb/attributes.ts';
export type { CompletedRecord } from '../../functions/idempotency/dynamodb/completion.ts';
export type {
  ConsumingOptions,
  RetainingOptions,
} from '../../functions/idempotency/middleware/single-use-token-options.ts';
export type { KeyedOptions, UnkeyedOptions } from '../../functions/idempotency/middleware/unique-index-options.ts';
