import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis as IoRedis } from 'ioredis';
import { createClient, createSentinel } from 'redis';
import { afterAll, expect, it } from 'vitest';
import { type RedisClient, redisStore } from '../../functions/idempotency/entries/redis.ts';
import { storeContract } from '../../functions/idempotency/entries/testing.ts';
import { startRedis } from '../../infra/local/redis-server.ts';
import { eventually } from '../faults/harness.ts';
import { clientNames, clients, clusterClients, describeRedis, mainClients } from '../support/redis.ts';
import { startCluster } from '../support/redis-cluster.ts';

const host = '127.0.0.1';
const open: (() => unknown)[] = [];

afterAll(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const ask = async (port: number, ...command: string[]): Promise<unknown> => {
  const client = createClient({ socket: { host, port } }).on('error', () => undefined);
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
};

/** A primary, and a replica that has caught up with it. */
const replicated = async () => {
  const primary = await startRedis(['--repl-diskless-sync-delay', '0']);
  const replica = await startRedis(['--replicaof', `${host} ${primary.port}`]);
  open.push(primary.kill, replica.kill);
  await eventually(async () =>
    expect(String(await ask(replica.port, 'INFO', 'replication'))).toContain('master_link_status:up'),
  );
  return {
    primary,
    replica,
    /** The primary is lost, and the replica takes its place. */
    failOver: async () => {
      await primary.kill();
      await ask(replica.port, 'REPLICAOF', 'NO', 'ONE');
    },
  };
};

const opened = async (opening: Promise<{ client: RedisClient; close(): unknown }>): Promise<RedisClient> => {
  const { client, close } = await opening;
  open.push(close);
  return client;
};

const nowMs = Date.now();
const claimOf = (id: string, owner: string) => ({
  ...{ id, owner, fingerprint: 'f', keyHash: 'h', nowMs, leaseExpiresAtMs: nowMs + 60_000 },
  ...{ expiresAtSeconds: Math.ceil(nowMs / 1000) + 3600, from: 'absent' as const, takeOver: true },
});

describeRedis('a failover', () => {
  it('that loses the last write forgets the claim: the operation runs twice', async () => {
    const { primary, replica, failOver } = await replicated();
    const before = redisStore({ client: await opened(clients.ioredis(primary.port)) });
    // What is not replicated yet is lost with the primary.
    await ask(replica.port, 'REPLICAOF', 'NO', 'ONE');
    expect(await before.claim(claimOf('o-1', 'first'))).toMatchObject({ claimed: true, attempt: 1 });
    await failOver();
    const after = redisStore({ client: await opened(clients.ioredis(replica.port)) });
    expect(await after.claim(claimOf('o-1', 'second'))).toMatchObject({ claimed: true, attempt: 1 });
  });

  it.each(clientNames)('G286: with waitForReplicas, by %s, forgets no claim that was granted', async (name) => {
    const { primary, replica, failOver } = await replicated();
    const wait = { waitForReplicas: { count: 1, timeoutMs: 1000 } };
    const before = redisStore({ client: await opened(clients[name](primary.port)), ...wait });
    expect(await before.claim(claimOf('o-1', 'first'))).toMatchObject({ claimed: true });
    await failOver();
    const after = redisStore({ client: await opened(clients[name](replica.port)) });
    expect(await after.claim(claimOf('o-1', 'second'))).toMatchObject({ claimed: false, record: { owner: 'first' } });
  });

  it.each(clientNames)('G286: with waitForReplicas, by %s, a write that no replica has is not done', async (name) => {
    const { primary, replica } = await replicated();
    const wait = { waitForReplicas: { count: 1, timeoutMs: 50 } };
    const store = redisStore({ client: await opened(clients[name](primary.port)), ...wait });
    await ask(replica.port, 'REPLICAOF', 'NO', 'ONE');
    await eventually(() => expect(store.claim(claimOf('o-1', 'first'))).rejects.toThrow('0 of 1 replicas'));
    await ask(replica.port, 'REPLICAOF', host, String(primary.port));
    // Its own claim of before, which has a replica by now.
    await eventually(async () =>
      expect(await store.claim(claimOf('o-1', 'first'))).toMatchObject({ claimed: true, attempt: 1 }),
    );
  });

  it('G286: on a cluster, the replicas of the node that has the record are asked', async () => {
    const cluster = await startCluster();
    open.push(cluster.close);
    for (const name of clientNames) {
      const wait = { waitForReplicas: { count: 1, timeoutMs: 20 } };
      const store = redisStore({ client: await opened(clusterClients[name](cluster.port)), ...wait });
      await expect(store.claim(claimOf(`${name} o-1`, 'first')), name).rejects.toThrow('0 of 1 replicas');
    }
  });
});

describeRedis('sentinels', () => {
  const sentinel = async () => {
    const primary = await startRedis();
    const file = join(await mkdtemp(join(tmpdir(), 'sentinel-')), 'sentinel.conf');
    await writeFile(file, `sentinel monitor orders ${host} ${primary.port} 1\n`);
    const watcher = await startRedis([], [file, '--sentinel']);
    open.push(primary.kill, watcher.kill);
    return watcher.port;
  };

  const bySentinel = {
    'node-redis': async (port: number) => {
      const client = createSentinel({ name: 'orders', sentinelRootNodes: [{ host, port }] }).on(
        'error',
        () => undefined,
      );
      await client.connect();
      return { client, close: () => client.destroy() };
    },
    ioredis: async (port: number) => {
      const client = new IoRedis({ name: 'orders', sentinels: [{ host, port }] });
      return { client, close: () => client.disconnect() };
    },
  };

  it.each(mainClients)('G280: by %s, keep the contract', async (name) => {
    const client = await opened(bySentinel[name](await sentinel()));
    for (const { run } of storeContract(() => redisStore({ client }))) await run();
  });
});
