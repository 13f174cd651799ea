import { createConnection, createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '../../infra/local/listen.ts';
import { commandsIn, failing, isScriptCall, runApart } from '../../infra/local/redis-commands.ts';

/** What becomes of one script call between a client and the server; a function decides when the call has come. */
export type Fault = PlainFault | (() => Promise<PlainFault>);

type PlainFault =
  | 'pass'
  /** The server runs the script, and the connection breaks before its answer. */
  | 'lose-answer'
  /** The connection breaks before the call reaches the server. */
  | 'refuse'
  /** Neither forwarded nor answered. */
  | 'hang'
  /** Run, and never answered. */
  | 'swallow-answer'
  /** Answered with an error of the server, and not forwarded. */
  | { error: string };

export interface RedisFaultProxy {
  port: number;
  /** The faults of the next script calls, one each; `always` is for all that come after. */
  plan(faults: readonly Fault[], always?: Fault): void;
  /** How many scripts were called since the last plan. */
  calls(): number;
  /** Nobody gets a connection from now on, or everybody again. */
  setDown(isDown: boolean): void;
  close(): Promise<void>;
}

/** A proxy in front of a Redis server that does to each call of a script what the test has planned. */
export const startRedisFaultProxy = async (serverPort: number): Promise<RedisFaultProxy> => {
  let faults: Fault[] = [];
  let always: Fault = 'pass';
  let calls = 0;
  let isDown = false;
  const sockets = new Set<Socket>();

  const pass = async (command: Buffer, client: Socket, server: Socket): Promise<void> => {
    if (!isScriptCall(command)) {
      server.write(command);
      return;
    }
    calls += 1;
    const planned = faults.shift() ?? always;
    const fault = typeof planned === 'function' ? await planned() : planned;
    if (fault === 'pass') server.write(command);
    else if (fault === 'refuse') client.destroy();
    else if (typeof fault === 'object') server.write(failing(fault.error));
    else if (fault !== 'hang') {
      await runApart(serverPort, command);
      if (fault === 'lose-answer') client.destroy();
    }
  };

  const proxy = createServer(async (client) => {
    sockets.add(client);
    client.once('close', () => sockets.delete(client)).on('error', () => undefined);
    if (isDown) {
      client.destroy();
      return;
    }
    const server = createConnection({ host: '127.0.0.1', port: serverPort });
    server.on('error', () => client.destroy()).pipe(client);
    client.once('close', () => server.destroy());
    let rest: Buffer = Buffer.alloc(0);
    let passing = Promise.resolve();
    client.on('data', (chunk: Buffer) => {
      const { commands, rest: left } = commandsIn(Buffer.concat([rest, chunk]));
      rest = left;
      for (const command of commands) passing = passing.then(() => pass(command, client, server));
    });
  });

  return {
    port: await listenOnLoopback(proxy, 0),
    plan: (planned, after = 'pass') => {
      faults = [...planned];
      always = after;
      calls = 0;
    },
    calls: () => calls,
    setDown: (down) => {
      isDown = down;
      if (down) for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
};
