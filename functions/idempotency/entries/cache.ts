export { type MemoryCacheOptions, memoryCache } from '../addons/cache/memory-cache.ts';
