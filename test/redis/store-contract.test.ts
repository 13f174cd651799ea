import { afterAll, beforeAll, describe, it } from 'vitest';
import { type RedisClient, redisStore } from '../../functions/idempotency/entries/redis.ts';
import { storeContract } from '../../functions/idempotency/entries/testing.ts';
import { clientNames, clientOfBlock, clients, clusterClients, describeRedis, sharedPort } from '../support/redis.ts';
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts';

const keepsTheContract = (client: () => RedisClient): void => {
  it.each(storeContract(() => redisStore({ client: client() })))('$name', ({ run }) => run());
};

describeRedis('G280: the store on Redis', () => {
  describe.each(clientNames)('by %s', (name) => {
    keepsTheContract(clientOfBlock(() => clients[name](sharedPort())));
  });

  describe('on a cluster', () => {
    let cluster: RedisCluster;
    beforeAll(async () => {
      cluster = await startCluster();
    });
    afterAll(() => cluster.close());

    describe.each(clientNames)('by %s', (name) => {
      keepsTheContract(clientOfBlock(() => clusterClients[name](cluster.port)));
    });
  });
});
