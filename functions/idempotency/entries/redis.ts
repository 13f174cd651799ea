/**
 * Records in Redis or Valkey.
 *
 * @module middy-idempotency/redis
 */

export type { ReplicaWait } from '../addons/redis/clients/connection.ts';
export type { RedisClient } from '../addons/redis/clients/connection-of.ts';
export type { Glide } from '../addons/redis/clients/glide.ts';
export type { IoRedis } from '../addons/redis/clients/io-redis.ts';
export type { NodeRedis } from '../addons/redis/clients/node-redis.ts';
export { type RedisStoreOptions, redisStore } from '../addons/redis/redis-store.ts';
