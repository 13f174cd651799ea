import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { listenOnLoopback } from '../listen.ts';
import { commandsIn, isScriptCall, partsOf, toReply } from '../redis-commands.ts';
import type { Fault } from './fault.ts';

/** A script's call on its way to the server. */
export type RedisCall = {
  /** The password that the caller was given, which tells callers apart. */
  path: string;
  /** `EVALSHA` or `EVAL`, what names the script, how many keys, the key, the script's values. */
  parts: readonly string[];
};

export type RedisProxyOptions = {
  /** Asked once for each call of a script, when it has come. */
  faultFor(call: RedisCall): Fault;
  /** Told how each ended; without an answer, it has not reached the server. */
  onEnd(call: RedisCall, fault: Fault, answer?: unknown): void;
};

/** What Redis says of a moment when it can't: it is worth another try. */
const busy = new Error('BUSY Redis is busy running a script.');

/** A proxy in front of a Redis server that does to each call of a script what it is told. */
export async function startRedisProxy(
  serverPort: number,
  { faultFor, onEnd }: RedisProxyOptions,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = new Redis({ host: '127.0.0.1', port: serverPort });
  server.on('error', () => undefined);
  const sockets = new Set<Socket>();

  const run = ([name = '', ...args]: readonly string[]): Promise<unknown> =>
    server.call(name, ...args).catch((error: unknown) => error);

  const answer = async (socket: Socket, path: string, parts: readonly string[]): Promise<void> => {
    const call: RedisCall = { path, parts };
    const fault = faultFor(call);
    const reaches = fault !== 'refuse' && fault !== 'hang' && !(typeof fault === 'object' && 'status' in fault);
    if (typeof fault === 'object' && 'delayMs' in fault) await sleep(fault.delayMs);
    const value = reaches ? await run(parts) : undefined;
    onEnd(call, fault, value);
    if (fault === 'refuse' || fault === 'lose-answer') socket.destroy();
    else if (fault !== 'hang' && fault !== 'swallow-answer') socket.write(toReply(reaches ? value : busy));
  };

  const proxy = createServer((socket) => {
    let rest: Buffer = Buffer.alloc(0);
    let path = '';
    let turn = Promise.resolve();
    const take = async (command: Buffer): Promise<void> => {
      const parts = partsOf(command);
      if (isScriptCall(command)) return answer(socket, path, parts);
      const [name = '', version] = parts;
      // `HELLO 3 AUTH user password`: what comes after it is understood in either version.
      if (name.toUpperCase() !== 'HELLO') socket.write(toReply(await run(parts)));
      else {
        path = parts.at(-1) ?? '';
        socket.write(toReply(['server', 'redis', 'proto', Number(version)]));
      }
    };
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      const { commands, rest: left } = commandsIn(Buffer.concat([rest, chunk]));
      rest = left;
      for (const command of commands) turn = turn.then(() => take(command));
    });
  });

  return {
    port: await listenOnLoopback(proxy, 0),
    async close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      server.disconnect();
    },
  };
}
