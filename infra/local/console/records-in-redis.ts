import { Redis } from 'ioredis';
import { recordFrom } from '../../../functions/idempotency/addons/redis/stored-record.ts';
import type { IdempotencyRecord } from '../../../functions/idempotency/record/record.ts';
import { type RedisProxyOptions, startRedisProxy } from '../faults/redis-proxy.ts';
import type { RecordSource } from './record-source.ts';
import { scriptTexts } from './script-call.ts';

const keyPrefix = 'idempotency:';

const endLeaseScript = `
if redis.call('HGET', KEYS[1], 'status') ~= 'IN_PROGRESS' then return 0 end
redis.call('HSET', KEYS[1], 'leaseExpiresAt', ARGV[1])
return 1`;

/** Functions get to Redis by a proxy, which tells them apart by the password that each was given. */
export async function recordsInRedis(port: number, watch: RedisProxyOptions): Promise<RecordSource> {
  const client = new Redis({ host: '127.0.0.1', port });
  client.on('error', () => undefined);
  // An accident is to meet the script, not the answer that the server doesn't know it.
  for (const text of scriptTexts) await client.script('LOAD', text);
  const proxy = await startRedisProxy(port, watch);

  const recordAt = async (key: string): Promise<IdempotencyRecord | undefined> =>
    recordFrom(key.slice(keyPrefix.length), Object.entries(await client.hgetall(key)).flat());

  return {
    addresses: (path) => ({ REDIS_URL: `redis://console:${encodeURIComponent(path)}@127.0.0.1:${proxy.port}` }),
    async records() {
      const records = await Promise.all((await client.keys(`${keyPrefix}*`)).map(recordAt));
      return records.filter((record) => record !== undefined);
    },
    endLease: async (id) => (await client.eval(endLeaseScript, 1, keyPrefix + id, Date.now() - 1)) === 1,
    async close() {
      client.disconnect();
      await proxy.close();
    },
  };
}
