import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Cors } from './http-api-cors.ts';
import { type HttpApiRequest, toHttpApiEvent } from './http-api-event.ts';
import { gatewayResponse, type HttpResponse, toHttpResponse } from './http-api-response.ts';
import type { Invocable, InvocationOutcome } from './invocation.ts';
import type { Authorization } from './jwt-authorizer.ts';
import { listenOnLoopback } from './listen.ts';
import { readBody } from './read-body.ts';
import { createRouter } from './router.ts';

export type GatewayRoute = {
  /** As API Gateway writes it: `POST /orders/{orderId}`, `ANY /{proxy+}` or `$default`. */
  routeKey: string;
  target: Invocable;
  /** How long the caller waits; the function may run on. @default 30_000 */
  timeoutMs?: number;
  /** Who may call, by the header `Authorization`; without it, anybody. */
  authorize?: (header: string | undefined) => Promise<Authorization>;
};

export type GatewayOptions = {
  /** 0 takes a free one. */
  port: number;
  routes: GatewayRoute[];
  /** Serve what no route takes. */
  fallbackRoutes?: GatewayRoute[];
  cors?: Cors;
  /** Serves what is not for the API; whatever it takes reaches no route. */
  intercept?: (message: IncomingMessage, response: ServerResponse) => boolean;
  /** Asked with an invocation's answer under way: the caller's connection breaks instead. */
  losesAnswer?: (requestId: string) => boolean;
  log: (line: string) => void;
};

export type Gateway = { url: string; close(): Promise<void> };

const refusals = {
  unauthorized: { ...gatewayResponse(401), headers: [...gatewayResponse(401).headers, ['www-authenticate', 'Bearer']] },
  forbidden: gatewayResponse(403),
} satisfies Record<string, HttpResponse>;

const bodyLimitBytes = 10 * 1024 * 1024;

/** Serves functions on loopback as an API Gateway HTTP API does, with payload format 2.0. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { port, routes, fallbackRoutes = [], cors, intercept, losesAnswer, log } = options;
  const findRoute = createRouter(routes);
  const findFallback = createRouter(fallbackRoutes);

  const answer = async (message: IncomingMessage, requestId: string): Promise<HttpResponse> => {
    const body = await readBody(message, bodyLimitBytes);
    if (!body) return gatewayResponse(413);
    const request = toRequest(message, body, requestId);
    if (!request) return gatewayResponse(400);
    const match = findRoute(request.method, request.path) ?? findFallback(request.method, request.path);
    if (!match) return gatewayResponse(404);
    const { routeKey, target, timeoutMs = 30_000, authorize } = match.route;
    const authorization = await authorize?.(message.headers.authorization);
    if (authorization && authorization.status !== 'allowed') return refusals[authorization.status];
    const event = toHttpApiEvent(request, routeKey, match.pathParameters, authorization?.jwt);
    return toHttpResponse(await withTimeout(target.invoke(JSON.stringify(event)), timeoutMs));
  };

  const server = createServer(async (message, response) => {
    if (intercept?.(message, response)) return;
    const requestId = randomUUID();
    const { method = '', headers } = message;
    const serve = async (): Promise<HttpResponse> => {
      const response = await answer(message, requestId).catch((error: unknown) => {
        log(`${method} ${message.url}: ${error instanceof Error ? error.message : String(error)}`);
        return gatewayResponse(500);
      });
      return cors?.mark(response, headers.origin) ?? response;
    };
    const result = cors?.preflight(method, headers.origin) ?? (await serve());
    log(`${method} ${message.url} ${result.statusCode}`);
    if (losesAnswer?.(requestId)) response.destroy();
    else send(response, result, requestId);
  });

  const boundPort = await listenOnLoopback(server, port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(`port ${port} is in use: choose another one with the environment variable PORT`);
  });
  return {
    url: `http://127.0.0.1:${boundPort}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function toRequest(message: IncomingMessage, body: Buffer, requestId: string): HttpApiRequest | undefined {
  const [rawPath = '', ...query] = (message.url ?? '').split('?');
  const path = decodePath(rawPath);
  if (path === undefined) return undefined;
  return {
    method: message.method ?? '',
    path,
    query: query.join('?'),
    protocol: `HTTP/${message.httpVersion}`,
    headers: { ...message.headersDistinct },
    body,
    sourceIp: message.socket.remoteAddress ?? '127.0.0.1',
    requestId,
    time: new Date(),
  };
}

/** An HTTP API decodes the path before it looks for the route, so `%2F` separates segments too. */
function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

async function withTimeout(outcome: Promise<InvocationOutcome>, timeoutMs: number): Promise<InvocationOutcome> {
  const timeout = Promise.withResolvers<InvocationOutcome>();
  const timer = setTimeout(timeout.resolve, timeoutMs, { status: 'timeout' });
  try {
    return await Promise.race([outcome, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function send(response: ServerResponse, { statusCode, headers, body }: HttpResponse, requestId: string): void {
  response.statusCode = statusCode;
  for (const [name, value] of headers) response.appendHeader(name, value);
  response.setHeader('apigw-requestid', requestId);
  response.end(body);
}
