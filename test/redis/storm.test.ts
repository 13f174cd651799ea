import { createClient } from 'redis';
import { afterAll, expect, it } from 'vitest';
import { startLocalStack } from '../../infra/local/local-stack.ts';
import { type OnRedis, putOnRedis } from '../../infra/local/on-redis.ts';
import { describeRedis } from '../support/redis.ts';
import { stormOfKeys, stormOfTokens, stormyApi } from '../support/stormy-api.ts';

describeRedis('the example with its records in Redis', () => {
  let redis: OnRedis | undefined;
  const api = stormyApi(async () => {
    redis = await putOnRedis();
    return startLocalStack({ assembly: redis.assembly, port: 0, environment: { PROVIDER_LATENCY_MS: '400' } });
  });
  afterAll(() => redis?.close());

  stormOfKeys(api, { operations: 30, callers: 20, kills: 15 });
  stormOfTokens(api, { operations: 15, callers: 12, kills: 4 });

  it('has them there, and none in DynamoDB', async () => {
    expect(await api.items('Idempotency')).toEqual([]);
    const client = createClient({ socket: { port: redis?.port ?? 0 } });
    await client.connect();
    expect(await client.dbSize()).toBeGreaterThanOrEqual(40);
    client.destroy();
  });
});
