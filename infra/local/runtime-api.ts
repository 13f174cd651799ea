import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from './listen.ts';

export type Delivery = { id: string; functionArn: string; deadlineMs: number; payload: string };

/** What the runtime in a function's process tells us. */
export type RuntimeEvents = {
  /** The runtime waits for its next invocation. */
  next(deliver: (delivery: Delivery) => void): void;
  response(id: string, payload: string): void;
  error(id: string, payload: string): void;
  initError(payload: string): void;
};

export type RuntimeApi = { address: string; close(): void };

const paths = /^\/2018-06-01\/runtime\/(?:(init\/error)|invocation\/(?:(next)|([^/]+)\/(response|error)))$/;

/** The HTTP API that Lambda offers to the runtime in one execution environment. */
export async function startRuntimeApi(events: RuntimeEvents): Promise<RuntimeApi> {
  const server = createServer((request, response) => {
    handle(events, request, response).catch(() => response.destroy());
  });
  // The connection rests while the handler works, for as long as that takes.
  server.keepAliveTimeout = 0;
  const port = await listenOnLoopback(server, 0);
  return {
    address: `127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function handle(events: RuntimeEvents, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [match, initError, next, id = '', kind] = paths.exec(request.url ?? '') ?? [];
  if (!match) {
    response.writeHead(404).end();
  } else if (next) {
    events.next(({ id, functionArn, deadlineMs, payload }) => {
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Lambda-Runtime-Aws-Request-Id': id,
        'Lambda-Runtime-Deadline-Ms': deadlineMs,
        'Lambda-Runtime-Invoked-Function-Arn': functionArn,
      });
      response.end(payload);
    });
  } else {
    const payload = await text(request);
    if (initError) events.initError(payload);
    else if (kind === 'response') events.response(decodeURIComponent(id), payload);
    else events.error(decodeURIComponent(id), payload);
    response.writeHead(202).end();
  }
}
