import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { type GatewayOptions, type GatewayRoute, startGateway } from '../../infra/local/gateway.ts';
import { createCors } from '../../infra/local/http-api-cors.ts';
import type { Invocable, InvocationOutcome } from '../../infra/local/invocation.ts';

/** By `node:http`, which sends and takes what `fetch` does not. */
function answerOf(url: string, headers: Record<string, string> = {}): Promise<{ statusCode?: number; body: string }> {
  const answer = Promise.withResolvers<{ statusCode?: number; body: string }>();
  get(url, { headers }, (response) => {
    const { statusCode } = response;
    text(response).then((body) => answer.resolve({ ...(statusCode && { statusCode }), body }), answer.reject);
  }).on('error', answer.reject);
  return answer.promise;
}

const answering = (outcome: InvocationOutcome): Invocable => ({ invoke: async () => outcome });
const echo: Invocable = { invoke: async (payload) => ({ status: 'success', payload }) };

async function start(options: Partial<GatewayOptions & { port: number }>): Promise<string> {
  const gateway = await startGateway({ port: 0, routes: [], log: () => {}, ...options });
  onTestFinished(() => gateway.close());
  return gateway.url;
}

test('a request reaches its route as an event', async () => {
  const url = await start({ routes: [{ routeKey: 'POST /orders/{orderId}/payments', target: echo }] });
  const response = await fetch(`${url}/orders/o%20%C3%BC/payments?sku=a&sku=b`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie: 'a=1', 'Idempotency-Key': '"k"' },
    body: '{"amount":1}',
  });
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toMatchObject({
    version: '2.0',
    routeKey: 'POST /orders/{orderId}/payments',
    rawPath: '/orders/o ü/payments',
    rawQueryString: 'sku=a&sku=b',
    queryStringParameters: { sku: 'a,b' },
    pathParameters: { orderId: 'o ü' },
    cookies: ['a=1'],
    headers: { 'idempotency-key': '"k"', host: new URL(url).host },
    requestContext: {
      domainName: '127.0.0.1',
      http: { method: 'POST', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      requestId: response.headers.get('apigw-requestid'),
    },
    body: '{"amount":1}',
    isBase64Encoded: false,
  });
});

test('the result of the function is the response', async () => {
  const result = { statusCode: 418, headers: { 'X-Pot': 'tea' }, cookies: ['a=1', 'b=2'], body: 'short' };
  const target = answering({ status: 'success', payload: JSON.stringify(result) });
  const response = await fetch(await start({ routes: [{ routeKey: 'GET /', target }] }));
  expect(response.status).toBe(418);
  expect(response.headers.get('x-pot')).toBe('tea');
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(await response.text()).toBe('short');
});

const throwing: Invocable = { invoke: () => Promise.reject(new Error('no process left')) };
const silent: Invocable = { invoke: () => new Promise(() => {}) };

test.each<[string, number, string, Partial<GatewayOptions>, string, RequestInit?]>([
  ['an unknown route', 404, 'Not Found', {}, '/nowhere'],
  ['a path that does not decode', 400, 'Bad Request', {}, '/%E0%A4%A'],
  [
    'an error of the function',
    500,
    'Internal Server Error',
    { routes: [{ routeKey: '$default', target: answering({ status: 'error', payload: '{}' }) }] },
    '/',
  ],
  ['an error of the host', 500, 'Internal Server Error', { routes: [{ routeKey: '$default', target: throwing }] }, '/'],
  [
    'a function that timed out',
    500,
    'Internal Server Error',
    { routes: [{ routeKey: '$default', target: answering({ status: 'timeout' }) }] },
    '/',
  ],
  [
    'a function that outlasts the integration',
    503,
    'Service Unavailable',
    { routes: [{ routeKey: '$default', target: silent, timeoutMs: 1 }] },
    '/',
  ],
  [
    'a body above 10 MB',
    413,
    'Request Entity Too Large',
    { routes: [{ routeKey: '$default', target: echo }] },
    '/',
    { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) },
  ],
])('%s is answered with %i', async (_title, status, message, options, path, request) => {
  const response = await fetch(`${await start(options)}${path}`, request);
  expect([response.status, await response.json()]).toEqual([status, { message }]);
});

const httpTokens = fc.constantFrom('trailer', 'transfer-encoding', 'content-length', 'connection', 'upgrade', 'date');

test('G250: whatever a function answers, the gateway answers, goes on, and logs why it refused', {
  timeout: 60_000,
}, async () => {
  let payload = '';
  const lines: string[] = [];
  const target: Invocable = { invoke: async () => ({ status: 'success', payload }) };
  const url = await start({ routes: [{ routeKey: '$default', target }], log: (line) => lines.push(line) });
  const name = fc.oneof(httpTokens, fc.string({ unit: 'binary' }));
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.boolean(),
    fc.constant('chunked'),
    fc.jsonValue(),
  );
  const result = fc.record(
    {
      statusCode: fc.oneof(fc.constantFrom(101, 199, 204, 205, 304, '204', '2e2'), fc.integer({ min: 0, max: 1_000 })),
      headers: fc.dictionary(name, value, { maxKeys: 3 }),
      cookies: fc.array(fc.string({ unit: 'binary' }), { maxLength: 2 }),
      body: fc.oneof(fc.string(), fc.jsonValue()),
    },
    { requiredKeys: ['statusCode'] },
  );
  const trailer = { statusCode: 204, headers: { Trailer: 'x-sum' } };
  await fc.assert(
    fc.asyncProperty(result, async (answer) => {
      payload = JSON.stringify(answer);
      lines.length = 0;
      const { statusCode } = await answerOf(url);
      if (statusCode === Number(answer.statusCode)) return;
      expect(statusCode).toBe(500);
      expect(lines).toEqual([expect.stringMatching(/^GET \/ 500: ./s)]);
    }),
    { examples: [[trailer]], numRuns: 200 },
  );
});

test('what the gateway knows of the connection is what the function is told, whatever the client says', async () => {
  const url = await start({ routes: [{ routeKey: 'GET /', target: echo }] });
  const headers = {
    connection: 'close',
    te: 'trailers',
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'elsewhere.example.com',
    'x-amzn-trace-id': 'Root=1-00000000-000000000000000000000000',
    'x-own': 'passes',
  };
  const { headers: told } = JSON.parse((await answerOf(url, headers)).body);
  expect(told).toEqual({
    host: new URL(url).host,
    'x-own': 'passes',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-port': new URL(url).port,
    'x-forwarded-proto': 'http',
    'x-amzn-trace-id': expect.stringMatching(/^Root=1-[\da-f]{8}-(?!0{24})[\da-f]{24}$/),
  });
});

test('a route with an authorizer hands on whom it has recognised, and calls no function for others', async () => {
  const jwt = { claims: { sub: 'u-1' }, scopes: null };
  const authorize: GatewayRoute['authorize'] = async (header) =>
    header === 'good' ? { status: 'allowed', jwt } : { status: header ? 'forbidden' : 'unauthorized' };
  const url = await start({ routes: [{ routeKey: 'GET /', target: echo, authorize }] });
  const call = (authorization?: string) => fetch(url, { headers: authorization ? { authorization } : {} });
  expect(await (await call('good')).json()).toMatchObject({ requestContext: { authorizer: { jwt } } });
  const none = await call();
  expect([none.status, none.headers.get('www-authenticate'), await none.json()]).toEqual([
    401,
    'Bearer',
    { message: 'Unauthorized' },
  ]);
  expect((await call('other')).status).toBe(403);
});

test('an API with CORS answers preflights itself, and marks every answer, its own too', async () => {
  const cors = createCors({
    allowOrigins: ['https://shop.example.com'],
    allowMethods: ['GET'],
    allowHeaders: [],
    exposeHeaders: [],
    allowCredentials: false,
  });
  const url = await start({ routes: [{ routeKey: 'ANY /', target: echo }], cors });
  const allowed = async (path: string, method: string) => {
    const response = await fetch(`${url}${path}`, { method, headers: { origin: 'https://shop.example.com' } });
    return [response.status, response.headers.get('access-control-allow-origin')];
  };
  expect(await allowed('/', 'OPTIONS')).toEqual([204, 'https://shop.example.com']);
  expect(await allowed('/', 'GET')).toEqual([200, 'https://shop.example.com']);
  expect(await allowed('/nowhere', 'GET')).toEqual([404, 'https://shop.example.com']);
});

test('a fallback route serves only what no route takes', async () => {
  const routes = [{ routeKey: 'GET /{id}', target: answering({ status: 'success', payload: '"route"' }) }];
  const fallbackRoutes = ['GET /a', 'GET /a/b'].map((routeKey) => ({
    routeKey,
    target: answering({ status: 'success', payload: '"fallback"' }),
  }));
  const url = await start({ routes, fallbackRoutes });
  expect(await (await fetch(`${url}/a`)).text()).toBe('route');
  expect(await (await fetch(`${url}/a/b`)).text()).toBe('fallback');
});

test('a port in use is an error that names PORT', async () => {
  const { port } = new URL(await start({}));
  const second = startGateway({ port: Number(port), routes: [], log: () => {} });
  await expect(second).rejects.toThrow(`port ${port} is in use: choose another one with the environment variable PORT`);
});

test('closing frees the port, also under connections that clients keep open', async () => {
  const gateway = await startGateway({ port: 0, routes: [], log: () => {} });
  await fetch(gateway.url);
  await gateway.close();
  await start({ port: Number(new URL(gateway.url).port) });
});
