import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback } from '../../../infra/local/listen.ts';
import { commandsIn, failing, isScriptCall, runApart } from '../../../infra/local/redis-commands.ts';
import type { Draw } from '../draw.ts';
import { patienceMs } from '../workers/connection.ts';
import type { ChaosProxy } from './chaos-proxy.ts';
import type { FaultKind, FaultRates } from './fault-kinds.ts';

const longestDelayMs = 2500;

/** How long a connection stays that nothing gets through any more. */
const longestSilenceMs = 1500;

/**
 * Stands between the library and a Redis server, and does to each call of a script what is drawn for it. Answers come in the order of the
 * commands: a connection on which one is missing is of no use, and breaks after a while.
 */
export const startRedisChaosProxy = async (serverPort: number, draw: Draw): Promise<ChaosProxy> => {
  const faults = new Map<FaultKind, number>();
  const sockets = new Set<Socket>();
  let rates: FaultRates = {};
  let requests = 0;
  let pending = 0;

  const applyLater = async (ms: number, command: Buffer): Promise<void> => {
    pending += 1;
    await sleep(ms);
    await runApart(serverPort, command).catch(() => undefined);
    pending -= 1;
  };

  const silence = (client: Socket): void => {
    setTimeout(() => client.destroy(), draw.between(patienceMs, longestSilenceMs)).unref();
  };

  /** Whether the connection is still good for the next command. */
  const pass = async (command: Buffer, client: Socket, server: Socket): Promise<boolean> => {
    if (!isScriptCall(command)) return server.write(command) || true;
    requests += 1;
    const fault = draw.weighted(rates);
    if (!fault) return server.write(command) || true;
    faults.set(fault, (faults.get(fault) ?? 0) + 1);
    switch (fault) {
      case 'throttle':
      case 'conflict':
      case 'error-before':
        return server.write(failing(draw.pick(['LOADING Redis is loading', 'OOM full', 'READONLY a replica']))) || true;
      case 'lose-answer':
      case 'error-after':
        await applyLater(0, command);
        client.destroy();
        return false;
      case 'swallow':
        await applyLater(0, command);
        silence(client);
        return false;
      case 'hang':
        silence(client);
        return false;
      case 'refuse':
        client.destroy();
        return false;
      case 'reset':
        client.resetAndDestroy();
        void applyLater(draw.between(0, 50), command);
        return false;
      case 'delay':
        client.destroy();
        void applyLater(draw.between(patienceMs + 50, longestDelayMs), command);
        return false;
    }
  };

  const proxy = createServer((client) => {
    sockets.add(client);
    client.once('close', () => sockets.delete(client)).on('error', () => undefined);
    const server = createConnection({ host: '127.0.0.1', port: serverPort });
    server.on('error', () => client.destroy()).pipe(client);
    client.once('close', () => server.destroy());
    let rest: Buffer = Buffer.alloc(0);
    let passing = Promise.resolve(true);
    client.on('data', (chunk: Buffer) => {
      const { commands, rest: left } = commandsIn(Buffer.concat([rest, chunk]));
      rest = left;
      for (const command of commands) passing = passing.then((isGood) => isGood && pass(command, client, server));
    });
  });

  return {
    endpoint: `redis://127.0.0.1:${await listenOnLoopback(proxy, 0)}`,
    setRates: (next) => {
      rates = next;
    },
    drained: async () => {
      while (pending > 0) await sleep(20);
    },
    faults,
    get requests() {
      return requests;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
};
