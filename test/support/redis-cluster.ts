import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { startRedis } from '../../infra/local/redis-server.ts';

export interface RedisCluster {
  /** Of one node, which tells of the others. */
  port: number;
  close(): Promise<void>;
}

const slotCount = 16_384;

const ask = async (port: number, ...command: string[]): Promise<unknown> => {
  const client = createClient({ socket: { host: '127.0.0.1', port } });
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
};

/** A cluster of so many primaries, each a process of its own. */
export const startCluster = async (size = 3): Promise<RedisCluster> => {
  const nodes = await Promise.all(Array.from({ length: size }, () => startRedis(['--cluster-enabled', 'yes'])));
  const close = async () => {
    await Promise.all(nodes.map((node) => node.kill()));
  };
  const ports = nodes.map(({ port }) => port);
  const slotOf = (index: number) => Math.floor((index * slotCount) / size);
  for (const [index, port] of ports.entries()) {
    await ask(port, 'CLUSTER', 'ADDSLOTSRANGE', String(slotOf(index)), String(slotOf(index + 1) - 1));
    for (const other of ports) await ask(port, 'CLUSTER', 'MEET', '127.0.0.1', String(other));
  }
  for (const port of ports) {
    while (!String(await ask(port, 'CLUSTER', 'INFO')).includes(`cluster_state:ok`)) await sleep(50);
    while (!String(await ask(port, 'CLUSTER', 'INFO')).includes(`cluster_size:${size}`)) await sleep(50);
  }
  return { port: ports[0] ?? 0, close };
};
