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

test('headers that frame the message are the gateway’s own', () => {
  const headers = { 'Content-Length': '999', 'Transfer-Encoding': 'chunked' };
  expect(responseTo({ statusCode: 200, headers, body: 'ok' }).headers).toEqual([
    ['content-type', 'text/plain;charset=UTF-8'],
  ]);
});

test.each([
  ['a statusCode that is no integer', { statusCode: 200.5 }],
  ['a statusCode that is text', { statusCode: '200' }],
  ['a statusCode out of range', { statusCode: 42 }],
  ['a body that is no string', { statusCode: 200, body: { paid: true } }],
  ['a header that is an object', { statusCode: 200, headers: { 'x-a': {} } }],
  ['a header with a line break', { statusCode: 200, headers: { 'x-a': 'b\r\nx-c: d' } }],
  ['cookies that are no list', { statusCode: 200, cookies: 'a=1' }],
])('%s is an internal server error', (_title, result) => {
  expect(responseTo(result)).toEqual(internalServerError);
});

test.each([
  [{ status: 'error', payload: '{"errorMessage":"secret"}' }, 500, 'Internal Server Error'],
  [{ status: 'timeout' }, 503, 'Service Unavailable'],
  [{ status: 'too-large' }, 413, 'Request Entity Too Large'],
] as const)('the outcome %j is answered with %i', (outcome, statusCode, message) => {
  const response = toHttpResponse(outcome);
  expect([response.statusCode, response.body.toString()]).toEqual([statusCode, JSON.stringify({ message })]);
});
