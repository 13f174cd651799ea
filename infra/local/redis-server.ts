import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { hasExited, killGroup, type OwnedProcess, spawnOwned } from './owned-process.ts';

export type RedisServer = {
  port: number;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
};

const startLimitMs = 60_000;

/** Nothing is kept, and nobody but this machine gets in. */
const flags = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];

/** Starts `redis-server` of the PATH on a free loopback port, by a configuration file if one is named, with more of its options. */
export async function startRedis(options: string[] = [], file: string[] = []): Promise<RedisServer> {
  const at = await freePort();
  // What it writes for its replicas, or about its cluster, must not be found by another one.
  const directory = await mkdtemp(join(tmpdir(), 'redis-'));
  const args = [...file, '--port', String(at), '--dir', directory, ...flags, ...options];
  const child = await spawnOwned('redis-server', args, { env: process.env }).catch((cause: Error) => {
    throw new Error('redis-server: not found on the PATH (on Debian or Ubuntu "apt-get install redis-server")', {
      cause,
    });
  });
  try {
    await untilAnswering(child, at);
  } catch (error) {
    await stop(child, directory);
    throw error;
  }
  return { port: at, kill: () => stop(child, directory) };
}

async function stop(child: OwnedProcess, directory: string): Promise<void> {
  if (!hasExited(child)) {
    const exit = once(child, 'exit');
    killGroup(child);
    await exit;
  }
  await rm(directory, { recursive: true, force: true });
}

async function untilAnswering(child: OwnedProcess, port: number): Promise<void> {
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  const deadline = Date.now() + startLimitMs;
  while (Date.now() < deadline && !hasExited(child)) {
    if (await answers(port)) return;
    await sleep(10);
  }
  throw new Error(`redis-server does not answer at port ${port}:\n${Buffer.concat(output)}`);
}

async function answers(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = await once(socket, 'data');
    return String(answer).startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
