import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { hasExited, killGroup, type OwnedProcess, spawnOwned } from './owned-process.ts';

export type RedisServer = {
  port: number;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
};

const startLimitMs = 60_000;

/** Nothing is written to disk, and nobody but this machine gets in. */
const flags = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', '/tmp'];

/** Starts `redis-server` of the PATH on a loopback port, a free one by default, with more of its options. */
export async function startRedis(options: string[] = [], port?: number): Promise<RedisServer> {
  const at = port ?? (await freePort());
  const child = await spawnOwned('redis-server', ['--port', String(at), ...flags, ...options], { env: process.env });
  try {
    await untilAnswering(child, at);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { port: at, kill: () => stop(child) };
}

async function stop(child: OwnedProcess): Promise<void> {
  if (hasExited(child)) return;
  const exit = once(child, 'exit');
  killGroup(child);
  await exit;
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
