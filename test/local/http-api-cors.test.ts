import { expect, test } from 'vitest';
import { createCors } from '../../infra/local/http-api-cors.ts';

const model = {
  allowOrigins: ['https://shop.example.com', 'https://*.example.org'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['content-type', 'idempotency-key'],
  exposeHeaders: ['retry-after'],
  maxAgeSeconds: 60,
  allowCredentials: false,
};
const cors = createCors(model);
const preflight = (origin?: string, method = 'OPTIONS') => cors.preflight(method, origin);

test.each(['https://shop.example.com', 'https://a.example.org'])('a preflight from %s is answered', (origin) => {
  expect(preflight(origin)).toEqual({
    statusCode: 204,
    headers: [
      ['access-control-allow-origin', origin],
      ['access-control-expose-headers', 'retry-after'],
      ['access-control-allow-methods', 'GET,POST'],
      ['access-control-allow-headers', 'content-type,idempotency-key'],
      ['access-control-max-age', '60'],
    ],
    body: Buffer.alloc(0),
  });
});

test.each(['https://evil.example.com', 'https://shop.example.com.evil.example', 'https://.example.org', 'null'])(
  'a preflight from %s is answered with nothing that allows anything',
  (origin) => {
    expect(preflight(origin)).toMatchObject({ statusCode: 204, headers: [] });
  },
);

test('what is no preflight is not answered', () => {
  expect(preflight('https://shop.example.com', 'POST')).toBeUndefined();
  expect(preflight(undefined)).toBeUndefined();
});

test('an answer gets the headers of the gateway in place of its own', () => {
  const response = {
    statusCode: 409,
    headers: [
      ['Access-Control-Allow-Origin', 'https://other.example'],
      ['retry-after', '1'],
    ] as [string, string][],
    body: Buffer.from('{}'),
  };
  expect(cors.mark(response, 'https://shop.example.com')).toEqual({
    ...response,
    headers: [
      ['retry-after', '1'],
      ['access-control-allow-origin', 'https://shop.example.com'],
      ['access-control-expose-headers', 'retry-after'],
    ],
  });
  expect(cors.mark(response, 'https://evil.example').headers).toEqual([['retry-after', '1']]);
  expect(cors.mark(response, undefined).headers).toEqual([['retry-after', '1']]);
});

test('any origin is told so', () => {
  const open = createCors({ ...model, allowOrigins: ['*'], exposeHeaders: [] });
  expect(open.mark({ statusCode: 200, headers: [], body: Buffer.alloc(0) }, 'https://any.example').headers).toEqual([
    ['access-control-allow-origin', '*'],
  ]);
});
