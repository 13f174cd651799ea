import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import { idempotencyKey } from 'middy-idempotency';
import { redisStore } from 'middy-idempotency/redis';
import { createCluster } from 'redis';
import { pay } from './pay.ts';
import { iamToken } from './redis-iam-token.ts';

const { CACHE_ENDPOINT, CACHE_NAME = '', CACHE_USER = '' } = process.env;

const client = createCluster({
  rootNodes: [{ url: `rediss://${CACHE_ENDPOINT}` }],
  defaults: {
    socket: { tls: true },
    credentialsProvider: {
      type: 'async-credentials-provider',
      credentials: async () => ({ username: CACHE_USER, password: await iamToken(CACHE_NAME, CACHE_USER) }),
    },
  },
});
client.on('error', (error) => console.error(error));

/** Not awaited: a cache that is down must not keep the function from starting. Until it is there, callers get 503. */
const connect = async (): Promise<void> => {
  while (!client.isOpen) await client.connect().catch(() => sleep(500));
};
void connect();

export const handler = middy(pay).use(idempotencyKey({ store: redisStore({ client }) }));
