import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cors } from './http-api-cors.ts';
import { type HttpApiRequest, toHttpApiEvent } from './http-api-event.ts';
import { gatewayResponse, type HttpResponse, toHttpResponse } from './http-api-response.ts';
import type { Invocable } from './invocation.ts';
import type { Authorization } from './jwt-authorizer.ts';
import { type LoopbackServer, openLoopbackServer } from './loopback-server.ts';
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

/** Serves functions on a loopback port, or a free one for 0. */
export async function startGateway({ port, ...options }: GatewayOptions & { port: number }): Promise<Gateway> {
  const server = await openLoopbackServer(port);
  serveGateway(server, options);
  return server;
}

/** Serves functions as an API Gateway HTTP API does, with payload format 2.0. */
export function serveGateway(server: LoopbackServer, options: GatewayOptions): void {
  const { routes, fallbackRoutes = [], cors, intercept, losesAnswer, log } = options;
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
    const outcome = await withTimeout(target.invoke(JSON.stringify(event)), timeoutMs);
    return outcome ? toHttpResponse(outcome) : gatewayResponse(503, `no answer within ${timeoutMs} ms`);
  };

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    const { method = '', url, headers } = message;
    const answerMarked = async (): Promise<HttpResponse> => {
      const result = await answer(message, requestId).catch((error: unknown) => gatewayResponse(500, describe(error)));
      return cors?.mark(result, headers.origin) ?? result;
    };
    const result = cors?.preflight(method, headers.origin) ?? (await answerMarked());
    log(`${method} ${url} ${result.statusCode}${result.reason === undefined ? '' : `: ${result.reason}`}`);
    if (losesAnswer?.(requestId)) response.destroy();
    else send(response, result, requestId);
  };

  server.serve((message, response) => {
    if (intercept?.(message, response)) return;
    serve(message, response).catch((error: unknown) => {
      // One answer that can't be sent must not end the run.
      log(`${message.method} ${message.url}: ${describe(error)}`);
      response.destroy();
    });
  });
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
    port: message.socket.localPort ?? 0,
    traceId: newTraceId(),
    requestId,
    time: new Date(),
  };
}

/** @see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html */
function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000);
  return `Root=1-${seconds.toString(16).padStart(8, '0')}-${randomBytes(12).toString('hex')}`;
}

/** An HTTP API decodes the path before it looks for the route, so `%2F` separates segments too. */
function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** `undefined` once the caller has waited long enough. */
async function withTimeout<T>(outcome: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  const timeout = Promise.withResolvers<undefined>();
  const timer = setTimeout(timeout.resolve, timeoutMs, undefined);
  try {
    return await Promise.race([outcome, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function send(response: ServerResponse, { statusCode, headers, body }: HttpResponse, requestId: string): void {
  response.statusCode = statusCode;
  for (const [name, value] of headers) response.appendHeader(name, value);
  response.setHeader('apigw-requestid', requestId);
  response.end(body);
}
