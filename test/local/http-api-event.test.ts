import { expect, test } from 'vitest';
import { type HttpApiRequest, toHttpApiEvent } from '../../infra/local/http-api-event.ts';

function eventOf(request: Partial<HttpApiRequest>, pathParameters: Record<string, string> = {}) {
  const defaults: HttpApiRequest = {
    method: 'POST',
    path: '/orders/o-1',
    query: '',
    protocol: 'HTTP/1.1',
    headers: {},
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
    port: 3000,
    traceId: 'Root=1-5e6a8a6e-0123456789abcdef01234567',
    requestId: 'r-1',
    time: new Date('2020-03-12T19:03:58.390Z'),
  };
  return toHttpApiEvent({ ...defaults, ...request }, 'POST /orders/{orderId}', pathParameters);
}

test('a request without query, cookies, parameters and body has none of these fields', () => {
  expect(eventOf({ headers: { host: ['shop.example:3000'], 'user-agent': ['curl/8'] } })).toEqual({
    version: '2.0',
    routeKey: 'POST /orders/{orderId}',
    rawPath: '/orders/o-1',
    rawQueryString: '',
    headers: {
      host: 'shop.example:3000',
      'user-agent': 'curl/8',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '3000',
      'x-forwarded-proto': 'http',
      'x-amzn-trace-id': 'Root=1-5e6a8a6e-0123456789abcdef01234567',
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'shop.example',
      domainPrefix: 'shop',
      http: {
        method: 'POST',
        path: '/orders/o-1',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'curl/8',
      },
      requestId: 'r-1',
      routeKey: 'POST /orders/{orderId}',
      stage: '$default',
      time: '12/Mar/2020:19:03:58 +0000',
      timeEpoch: 1_584_039_838_390,
    },
    isBase64Encoded: false,
  });
});

test.each<[string, Partial<HttpApiRequest>, object]>([
  [
    'repeated headers are joined with a comma',
    { headers: { 'idempotency-key': ['a', 'b'] } },
    { headers: { 'idempotency-key': 'a,b' } },
  ],
  [
    'cookies leave the headers for a list of their own',
    { headers: { cookie: ['a=1; b=2', 'c=3'], accept: ['*/*'] } },
    { cookies: ['a=1', 'b=2', 'c=3'], headers: { accept: '*/*' } },
  ],
  [
    'query parameters are decoded and repeated ones joined, the raw query stays as it came',
    { query: 'sku=a&sku=b%2Cc&name=x+y%20z&flag' },
    {
      rawQueryString: 'sku=a&sku=b%2Cc&name=x+y%20z&flag',
      queryStringParameters: { sku: 'a,b,c', name: 'x y z', flag: '' },
    },
  ],
])('%s', (_title, request, expected) => {
  expect(eventOf(request)).toMatchObject(expected);
});

test('path parameters are passed on', () => {
  expect(eventOf({}, { orderId: 'o-1' })).toHaveProperty('pathParameters', { orderId: 'o-1' });
});

test.each([
  'text/plain',
  'text/csv; charset=utf-8',
  'application/json',
  'Application/JSON;charset=UTF-8',
  'application/xml',
  'application/javascript',
])('a body of %s is text', (contentType) => {
  const event = eventOf({ headers: { 'content-type': [contentType] }, body: Buffer.from('größer') });
  expect(event).toMatchObject({ body: 'größer', isBase64Encoded: false });
});

test.each([
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'application/problem+json',
  'application/jsonx',
  '',
])('a body of "%s" is base64', (contentType) => {
  const event = eventOf({ headers: { 'content-type': [contentType] }, body: Buffer.from([0xff, 0x00]) });
  expect(event).toMatchObject({ body: '/wA=', isBase64Encoded: true });
});
