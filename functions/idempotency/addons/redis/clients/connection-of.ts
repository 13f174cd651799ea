import { hasMethods, type OptionRule } from '../../../base/options.ts';
import type { Connection } from './connection.ts';
import { type Glide, glideConnection } from './glide.ts';
import { type IoRedis, ioRedisConnection } from './io-redis.ts';
import { type NodeRedis, nodeRedisConnection } from './node-redis.ts';

/** A client of Redis or Valkey: node-redis, ioredis, iovalkey or Valkey GLIDE, for a server, sentinels or a cluster. */
export type RedisClient = NodeRedis | IoRedis | Glide;

/** By shape, not by class: a bundle may have another copy of the client's package. */
const kinds: readonly [shape: OptionRule, open: (client: RedisClient) => Connection][] = [
  [hasMethods('evalSha', 'eval', 'multi', 'on'), (client) => nodeRedisConnection(client as NodeRedis)],
  [hasMethods('evalsha', 'eval', 'pipeline', 'on'), (client) => ioRedisConnection(client as IoRedis)],
  [hasMethods('customCommand'), (client) => glideConnection(client as Glide)],
];

const kindOf = (client: NonNullable<unknown>) => kinds.find(([{ is }]) => is(client));

export const isRedisClient: OptionRule = {
  is: (client) => kindOf(client) !== undefined,
  expected: 'a client of redis, ioredis, iovalkey or @valkey/valkey-glide',
};

const connections = new WeakMap<RedisClient, Connection>();

/** One for all stores on a client, which would listen to it each by itself. */
export const connectionOf = (client: RedisClient): Connection => {
  const known = connections.get(client);
  if (known) return known;
  const [, open] = kindOf(client) ?? [];
  if (!open) throw new TypeError(`redisStore: option \`client\` must be ${isRedisClient.expected}.`);
  const connection = open(client);
  connections.set(client, connection);
  return connection;
};
