import { GlideClient, GlideClusterClient, Logger } from '@valkey/valkey-glide';
import { Redis as IoRedis, Cluster as IoRedisCluster } from 'ioredis';
import iovalkey from 'iovalkey';
import { createClient, createCluster } from 'redis';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import type { RedisClient } from '../../functions/idempotency/entries/redis.ts';

// It writes each fault that a test makes to the terminal by itself.
Logger.setLoggerConfig('off');

/** A client, and how to close it. */
export interface OpenClient {
  client: RedisClient;
  close(): unknown;
}

const host = '127.0.0.1';

/** An error that nobody listens to ends the process. */
const ignore = () => undefined;

/** The clients as they are by default. */
export const clients = {
  'node-redis': async (port: number): Promise<OpenClient> => {
    const client = createClient({ socket: { host, port } }).on('error', ignore);
    await client.connect();
    return { client, close: () => client.destroy() };
  },
  ioredis: async (port: number): Promise<OpenClient> => {
    const client = new IoRedis({ host, port }).on('error', ignore);
    return { client, close: () => client.disconnect() };
  },
  iovalkey: async (port: number): Promise<OpenClient> => {
    const client = new iovalkey.Redis({ host, port }).on('error', ignore);
    return { client, close: () => client.disconnect() };
  },
  'Valkey GLIDE': async (port: number): Promise<OpenClient> => {
    const client = await GlideClient.createClient({ addresses: [{ host, port }], requestTimeout: 5000 });
    return { client, close: () => client.close() };
  },
} as const;

export const clusterClients = {
  'node-redis': async (port: number): Promise<OpenClient> => {
    const client = createCluster({ rootNodes: [{ socket: { host, port } }] }).on('error', ignore);
    await client.connect();
    return { client, close: () => client.destroy() };
  },
  ioredis: async (port: number): Promise<OpenClient> => {
    const client = new IoRedisCluster([{ host, port }]).on('error', ignore);
    return { client, close: () => client.disconnect() };
  },
  iovalkey: async (port: number): Promise<OpenClient> => {
    const client = new iovalkey.Cluster([{ host, port }]).on('error', ignore);
    return { client, close: () => client.disconnect() };
  },
  'Valkey GLIDE': async (port: number): Promise<OpenClient> => {
    const client = await GlideClusterClient.createClient({ addresses: [{ host, port }], requestTimeout: 5000 });
    return { client, close: () => client.close() };
  },
} as const;

export type ClientName = keyof typeof clients;

export const clientNames = Object.keys(clients) as ClientName[];

/** Those that everything is tried with. */
export const mainClients = ['node-redis', 'ioredis'] as const satisfies ClientName[];

/** The server that all tests share. */
export const sharedPort = (): number => inject('redisPort');

/** Where there is no server, the tests are skipped, and the run says so at its end. */
export const describeRedis = describe.skipIf(sharedPort() === 0);

/** A client for the tests of a block. */
export const clientOfBlock = (open: () => Promise<OpenClient>): (() => RedisClient) => {
  let current: OpenClient | undefined;
  beforeAll(async () => {
    current = await open();
  });
  afterAll(() => current?.close());
  return () => {
    if (!current) throw new Error('The client is opened before the first test.');
    return current.client;
  };
};
