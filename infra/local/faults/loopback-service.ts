import type { IncomingMessage, ServerResponse } from 'node:http';
import { openLoopbackServer } from '../loopback-server.ts';

/** What functions and proxies take for a service of AWS or of a provider, at its endpoint. */
export type LoopbackService = { endpoint: string; close(): Promise<void> };

/** A service that breaks the connection where its handler fails, and keeps no process from ending. */
export async function startLoopbackService(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<LoopbackService> {
  const server = await openLoopbackServer(0);
  server.unref();
  server.serve((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  return { endpoint: server.url, close: server.close };
}
