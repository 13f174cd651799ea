/**
 * Completed records in the memory of an execution environment.
 *
 * @module middy-idempotency/cache
 */

export { type MemoryCacheOptions, memoryCache } from '../addons/cache/memory-cache.ts';
