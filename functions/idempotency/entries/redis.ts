/**
 * Records in Redis or Valkey.
 *
 * @module middy-idempotency/redis
 */

export type { ReplicaWait } from '../addons/redis/clients/connection.ts';
export type { RedisClient } from '../addons/redis/clients/connection-of.ts';
export { type RedisStoreOptions, redisStore } from '../addons/redis/redis-store.ts';
