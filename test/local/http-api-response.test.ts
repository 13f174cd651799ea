import { expect, test } from 'vitest';
import { toHttpResponse } from '../../infra/local/http-api-response.ts';

function responseTo(result: unknown) {
  const response = toHttpResponse({ status: 'success', payload: JSON.stringify(result) });
  return { ...response, body: response.body.toString('latin1') };
}

const json = ['content-type', 'application/json'];
const internalServerError = { statusCode: 500, headers: [json], body: '{"message":"Internal Server Error"}' };

test.each([
  ['an object without statusCode', { paid: true }, '{"paid":true}'],
  ['a list', [1, 2], '[1,2]'],
  ['a number', 7, '7'],
  ['null', null, 'null'],
  ['a string, as it is,', 'done', 'done'],
])('%s is the body of a 200 in JSON', (_title, result, body) => {
  expect(responseTo(result)).toEqual({ statusCode: 200, headers: [json], body });
});

test('a structured result gives status, headers and body', () => {
  const headers = { 'Content-Type': 'text/html', 'X-Count': 3, 'X-Flag': true };
  expect(responseTo({ statusCode: 201, headers, body: '<p>' })).toEqual({
    statusCode: 201,
    headers: [
      ['content-type', 'text/html'],
      ['x-count', '3'],
      ['x-flag', 'true'],
    ],
    body: '<p>',
  });
});

test('each cookie becomes a Set-Cookie header', () => {
  expect(responseTo({ statusCode: 204, cookies: ['a=1', 'b=2; Secure'] }).headers).toEqual([
    ['content-type', 'text/plain;charset=UTF-8'],
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2; Secure'],
  ]);
});

test('a base64 body is decoded', () => {
  expect(responseTo({ statusCode: 200, body: '/wA=', isBase64Encoded: true }).body).toBe('\xff\x00');
});

test('headers that frame the message, or belong to one connection, are the gateway’s own', () => {
  const headers = {
    'Content-Length': '999',
    'Transfer-Encoding': 'chunked',
    Trailer: 'x-sum',
    Connection: 'close',
    'Keep-Alive': 'timeout=9',
    'Proxy-Connection': 'close',
    TE: 'trailers',
    Upgrade: 'h2c',
  };
  expect(responseTo({ statusCode: 200, headers, body: 'ok' }).headers).toEqual([
    ['content-type', 'text/plain;charset=UTF-8'],
  ]);
});

test('a statusCode that is numeric text is a status', () => {
  expect(responseTo({ statusCode: '201' })).toMatchObject({ statusCode: 201 });
});

test.each([
  ['a statusCode that is no integer', { statusCode: 200.5 }, 'statusCode: '],
  ['a statusCode that is other text', { statusCode: '200 OK' }, 'statusCode: '],
  ['an informational statusCode', { statusCode: 101 }, 'statusCode: '],
  ['a statusCode out of range', { statusCode: '600' }, 'statusCode: '],
  ['a body that is no string', { statusCode: 200, body: { paid: true } }, 'body: '],
  ['a header that is an object', { statusCode: 200, headers: { 'x-a': {} } }, 'headers.x-a: '],
  ['a header with a line break', { statusCode: 200, headers: { 'x-a': 'b\r\nx-c: d' } }, '["x-a"]'],
  ['a header whose name is none', { statusCode: 200, headers: { 'x a': 'b' } }, '["x a"]'],
  ['cookies that are no list', { statusCode: 200, cookies: 'a=1' }, 'cookies: '],
  ['a cookie with a line break', { statusCode: 200, cookies: ['a=1\n'] }, '["set-cookie"]'],
])('%s is an internal server error, with the reason for the log', (_title, result, reason) => {
  expect(responseTo(result)).toEqual({ ...internalServerError, reason: expect.stringContaining(reason) });
});

const thrown = JSON.stringify({ errorType: 'RangeError', errorMessage: 'too many' });

test.each([
  [{ status: 'error', payload: thrown }, 500, 'Internal Server Error', 'RangeError: too many'],
  [{ status: 'timeout' }, 500, 'Internal Server Error', 'the function timed out'],
  [{ status: 'too-large' }, 413, 'Request Entity Too Large', 'the event is larger than 6291456 bytes'],
] as const)(
  'the outcome %j is answered with %i, with the reason for the log',
  (outcome, statusCode, message, reason) => {
    const response = toHttpResponse(outcome);
    expect([response.statusCode, response.body.toString()]).toEqual([statusCode, JSON.stringify({ message })]);
    expect(response.reason).toBe(reason);
  },
);
