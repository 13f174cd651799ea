import { once } from 'node:events';
import type { Server } from 'node:net';

/** Resolves with the port that the server got: `port`, or a free one for 0. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}
