import { createClient, createCluster } from '@redis/client';
import type { NodeRedis } from '../../../functions/idempotency/addons/redis/clients/node-redis.ts';
import { OperatorError } from '../operator-error.ts';

/** What a command asks of a key. */
interface Commands extends NodeRedis {
  hGetAll(key: string): Promise<unknown>;
  hmGet(key: string, fields: string[]): Promise<readonly unknown[]>;
}

export interface RedisConnection {
  client: Commands;
  /** The servers that have keys. */
  nodes(): Promise<readonly ReturnType<typeof openServer>[]>;
  close(): void;
}

const connectTimeoutMs = 3000;

/** What went wrong comes by the command that was asked. */
const ignore = () => undefined;

const access = (username: string) => {
  const password = process.env['REDISCLI_AUTH'];
  const socket = { connectTimeout: connectTimeoutMs, reconnectStrategy: false } as const;
  return { ...(username && { username }), ...(password && { password }), socket };
};

const openServer = (url: string, username: string) => createClient({ url, ...access(username) }).on('error', ignore);

const openCluster = (url: string, username: string) =>
  createCluster({ rootNodes: [{ url }], defaults: access(username) }).on('error', ignore);

/**
 * Connects to a server, and to the rest of its cluster if it has one.
 *
 * @throws {OperatorError} when the URL is none, or has a password, which would be told with it
 */
export const connectToRedis = async (url: string): Promise<RedisConnection> => {
  const { protocol, username, password } = URL.parse(url) ?? { protocol: '', username: '', password: '' };
  if (protocol !== 'redis:' && protocol !== 'rediss:') {
    throw new OperatorError('usage', `--redis takes redis://HOST:PORT, or rediss:// for TLS, not "${url}".`);
  }
  if (password !== '') {
    throw new OperatorError(
      'usage',
      '--redis: leave the password out of the URL, and set REDISCLI_AUTH in the environment.',
    );
  }
  const client = openServer(url, username);
  try {
    await client.connect();
    if (!String(await client.info('cluster')).includes('cluster_enabled:1')) {
      return { client, nodes: async () => [client], close: () => client.destroy() };
    }
  } catch (cause) {
    if (client.isOpen) client.destroy();
    throw new OperatorError('unreachable', `Redis can't be asked at ${url}: ${(cause as Error).message}`, cause);
  }
  client.destroy();
  const cluster = openCluster(url, username);
  await cluster.connect();
  const nodes = () => Promise.all(cluster.masters.map(async (node) => cluster.nodeClient(node)));
  return { client: cluster, nodes, close: () => cluster.destroy() };
};
