import { afterAll, vi } from 'vitest';
import { redisStore } from '../../functions/idempotency/entries/redis.ts';
import { durableRaces } from '../races/suites/durable.ts';
import { idempotencyKeyRaces } from '../races/suites/idempotency-key.ts';
import { resolveRaces } from '../races/suites/resolve.ts';
import { singleUseTokenRaces } from '../races/suites/single-use-token.ts';
import { blockingClient } from '../support/blocking-redis.ts';
import { describeRedis, sharedPort } from '../support/redis.ts';

vi.mock('node:timers/promises', () => import('../races/virtual-sleep.ts'));

describeRedis('G281: on Redis', () => {
  const { client, close } = blockingClient(sharedPort());
  afterAll(close);
  const on = { createStore: () => redisStore({ client, keyPrefix: `${crypto.randomUUID()}:` }) };

  idempotencyKeyRaces(on);
  singleUseTokenRaces(on);
  durableRaces(on);
  resolveRaces(on);
});
