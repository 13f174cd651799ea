import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { listenOnLoopback } from './listen.ts';

/** An HTTP server whose address is known, and nobody else's, before there is anything to serve. */
export type LoopbackServer = {
  url: string;
  /** Until then requests wait. */
  serve(listener: RequestListener): void;
  /** Lets the process end although it listens. */
  unref(): void;
  close(): Promise<void>;
};

/** Listens on `port`, or a free one for 0. */
export async function openLoopbackServer(port: number): Promise<LoopbackServer> {
  const serving = Promise.withResolvers<RequestListener>();
  const server = createServer((request, response) => {
    void serving.promise.then((listener) => listener(request, response));
  });
  const boundPort = await listenOnLoopback(server, port).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? new PortInUseError(port) : error;
  });
  return {
    url: `http://127.0.0.1:${boundPort}`,
    serve: serving.resolve,
    unref: () => server.unref(),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export class PortInUseError extends Error {
  constructor(port: number) {
    super(`port ${port} is in use: choose another one with the environment variable PORT`);
  }
}
