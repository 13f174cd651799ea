import { Redis } from 'ioredis';
import { createClient } from 'redis';
import type { RedisClient } from '../../../functions/idempotency/entries/redis.ts';

/** What the proxy does to its connections is no news. */
const ignore = () => undefined;

export const redisClient = (kind: 'node-redis' | 'ioredis', url: string): { client: RedisClient; close(): void } => {
  if (kind === 'ioredis') {
    const client = new Redis(url).on('error', ignore);
    return { client, close: () => client.disconnect() };
  }
  const client = createClient({ url }).on('error', ignore);
  void client.connect().catch(ignore);
  return { client, close: () => client.destroy() };
};
