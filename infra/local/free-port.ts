import { once } from 'node:events';
import { createServer } from 'node:net';
import { listenOnLoopback } from './listen.ts';

/** A loopback port that was free a moment ago, for programs that can't choose one and tell. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server, 0);
  server.close();
  await once(server, 'close');
  return port;
}
