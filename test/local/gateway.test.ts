import { expect, onTestFinished, test } from 'vitest';
import { type GatewayOptions, type GatewayRoute, startGateway } from '../../infra/local/gateway.ts';
import { createCors } from '../../infra/local/http-api-cors.ts';
import type { Invocable, InvocationOutcome } from '../../infra/local/invocation.ts';

const answering = (outcome: InvocationOutcome): Invocable => ({ invoke: async () => outcome });
const echo: Invocable = { invoke: async (payload) => ({ status: 'success', payload }) };

async function start(options: Partial<GatewayOptions>): Promise<string> {
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
    503,
    'Service Unavailable',
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
