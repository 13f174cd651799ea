import middy from '@middy/core';
import { Redis } from 'ioredis';
import { idempotencyKey } from 'middy-idempotency/lean';
import { redisStore } from 'middy-idempotency/redis';
import { pay } from './pay.ts';

const client = new Redis(process.env['REDIS_URL'] ?? '');
client.on('error', (error) => console.error(error));

export const handler = middy(pay).use(idempotencyKey({ store: redisStore({ client }) }));
