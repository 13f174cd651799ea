import { Redis } from 'ioredis';
import { redisStore } from '../idempotency/entries/redis.ts';
import { requiredEnvironment } from './environment.ts';

const client = new Redis(requiredEnvironment('REDIS_URL'));
client.on('error', (error) => console.error(error));

/** One connection per execution environment. */
export const redisRecords = redisStore({ client });
