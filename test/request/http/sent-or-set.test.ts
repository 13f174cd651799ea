import middy from '@middy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromBody,
  fromHeader,
  fromQuery,
  idempotencyKey,
  type KeySource,
  recordId,
} from '../../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../../functions/idempotency/entries/testing.ts';
import { toHttpRequest } from '../../../functions/idempotency/request/http/request.ts';
import { httpApiEvent, lambdaContext } from '../../support/lambda.ts';

interface Sent {
  headers?: Record<string, string[]>;
  query?: Record<string, string[]>;
}

const lastOf = (lists: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.at(-1) ?? '']));

/** As a REST API tells it: each value at one place, the last of each name at another. */
const restEvent = ({ headers = {}, query = {} }: Sent) => ({
  httpMethod: 'POST',
  path: '/payments',
  resource: '/payments',
  headers: lastOf(headers),
  multiValueHeaders: headers,
  queryStringParameters: lastOf(query),
  multiValueQueryStringParameters: query,
  requestContext: { requestId: 'r', identity: {}, domainName: 'api.example.com', stage: 'prod', accountId: '1' },
  body: '{"orderId":17}',
  isBase64Encoded: false,
});

const idOf = (event: unknown, key: KeySource = () => 'k', scope: KeySource = () => 'all') =>
  recordId({ namespace: 'n', key, scope, event });

describe('G323: what a middleware has set in place of what was sent', () => {
  it('is the header that a scope reads, so that nobody gets the answer of the user whose name they send', async () => {
    const verified: Record<string, string> = { 'token-of-alice': 'alice', 'token-of-mallory': 'mallory' };
    const authenticate = {
      before: ({ event }: { event: { headers: Record<string, string> } }) => {
        for (const name of Object.keys(event.headers)) {
          if (name.toLowerCase() === 'x-user') delete event.headers[name];
        }
        event.headers['x-user'] = verified[event.headers['authorization'] ?? ''] ?? '';
      },
    };
    const handler = middy(async (event: ReturnType<typeof restEvent>) => ({
      statusCode: 201,
      body: `invoice of ${event.headers['x-user']}`,
    }))
      .use(authenticate)
      .use(idempotencyKey({ store: memoryStore(), key: fromBody('orderId'), scope: fromHeader('x-user') }));
    const send = (authorization: string) =>
      handler(
        restEvent({ headers: { authorization: [authorization], 'X-User': ['alice'] } }),
        lambdaContext() as never,
      );
    expect(await send('token-of-alice')).toMatchObject({ body: 'invoice of alice' });
    expect(await send('token-of-mallory')).toMatchObject({ body: 'invoice of mallory' });
    const again = await send('token-of-alice');
    expect(again).toMatchObject({ body: 'invoice of alice' });
    expect(JSON.stringify(again)).toMatch(/idempotent-replayed/i);
  });

  it('is nothing, if it has taken a header or parameter away', async () => {
    const event = restEvent({ headers: { 'X-User': ['alice'] }, query: { account: ['A'] } });
    event.headers = {};
    event.queryStringParameters = {};
    for (const key of [fromHeader('x-user'), fromQuery('account')]) {
      await expect(idOf(event, key)).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
    }
  });

  it('is the parameter that a key names, in every format', async () => {
    const version2 = { ...httpApiEvent({ query: { account: 'sent' } }) };
    const events = [restEvent({ query: { account: ['sent'] } }), version2];
    for (const event of events) {
      const set = (account: string) => ({ ...event, queryStringParameters: { account } });
      const ids = await Promise.all(['A', 'B', 'sent'].map((account) => idOf(set(account), fromQuery('account'))));
      expect(new Set(ids).size).toBe(3);
      expect(ids[2]).toBe(await idOf(event, fromQuery('account')));
    }
  });

  it('and what was sent count both as payload', () => {
    const payload = (sent: string, set: string) =>
      JSON.stringify(
        toHttpRequest({
          ...httpApiEvent({ query: { account: sent } }),
          queryStringParameters: { account: set },
        })?.query(),
      );
    const all = ['A', 'B'].flatMap((sent) => ['A', 'B'].map((set) => payload(sent, set)));
    expect(new Set(all).size).toBe(4);
  });

  it('is as it was where the service tells a value otherwise, or one of several', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (values) => {
        const rawQueryString = new URLSearchParams(values.map((value) => ['a', value])).toString();
        for (const told of [values[0], values.at(-1), values.join(','), values]) {
          const event = { ...httpApiEvent(), rawQueryString, queryStringParameters: { a: told } };
          const query = toHttpRequest(event)?.query();
          if (told === values) expect(query).toMatchObject({ values: { a: [values] }, replaced: { a: values } });
          else expect(query?.values).toEqual({ a: values });
          const headers = { ...restEvent({ headers: { 'X-A': values } }), headers: { 'x-a': told } };
          expect(toHttpRequest(headers)?.header('x-a')).toEqual(values);
        }
      }),
    );
  });

  it('is as it was sent where that can’t be decoded', () => {
    const read = (byte: string) =>
      toHttpRequest({
        ...httpApiEvent(),
        rawQueryString: `a=%${byte}`,
        queryStringParameters: { a: '\ufffd' },
      })?.query().values['a'];
    expect(read('ff')).not.toEqual(read('fe'));
  });

  it.each<[raw: string, one: unknown, other: unknown]>([
    ['a=%ff', 'A', 'B'],
    ['a=A&a=B', 'A', 'B'],
    ['a=A&a=%ff&a=B', 'A', 'B'],
    ['a=1&a=2', 1, 2],
    ['a=1&a=2', ['1'], ['2']],
    ['a=1', '1', ['1']],
    ['a=1&a=2', '1,2', ['1', '2']],
    ['a=%ff', 'discount 10%', 'discount 11%'],
  ])('counts beside what was sent, whichever of it it is: %s %j', (rawQueryString, one, other) => {
    const query = (a: unknown) =>
      JSON.stringify(toHttpRequest({ ...httpApiEvent(), rawQueryString, queryStringParameters: { a } })?.query());
    expect(query(one)).not.toBe(query(other));
    expect(query(one)).toBe(query(one));
  });

  it('is all that was sent, as a key, where a middleware has chosen one of it', async () => {
    const event = (a: string) => ({ ...httpApiEvent(), rawQueryString: 'a=1&a=2', queryStringParameters: { a } });
    expect(await idOf(event('1'), fromQuery('a'))).toBe(await idOf(event('2'), fromQuery('a')));
  });

  it('a number that a validator has made of a parameter is the parameter', () => {
    const event = { ...httpApiEvent({ query: { page: '2' } }), queryStringParameters: { page: 2 } };
    expect(toHttpRequest(event)?.query()).toEqual({ values: { page: ['2'] }, replaced: {} });
  });
});

it('G340: a gap in a list of values counts', () => {
  const gap = ['x', 'x'];
  delete gap[0];
  const read = (a: unknown[]) => {
    const request = toHttpRequest({ ...restEvent({}), multiValueQueryStringParameters: { a } });
    return request?.query().replaced['a'];
  };
  expect(read(['x'])).toEqual(['x']);
  expect(read(gap)).toEqual([undefined, 'x']);
});

it('G48: parameters count where an event of format 2.0 has no query string', () => {
  const { rawQueryString, ...event } = httpApiEvent({ query: { amount: '1' } });
  expect(toHttpRequest(event)?.query()).toEqual({ values: { amount: ['1'] }, replaced: { amount: [] } });
});

it.each([
  ['Idempotency-Key', true],
  ['x-idempotency-key', true],
  ['x-user', false],
])('quotes around the header %s are none of its value: %j', async (name, areNone) => {
  const by = (value: string) => idOf(restEvent({ headers: { [name]: [value] } }), () => 'k', fromHeader(name));
  expect((await by('alice')) === (await by('"alice"'))).toBe(areNone);
  expect((await by('al"ice')) === (await by('"al\\"ice"'))).toBe(areNone);
  expect(await by(' alice ')).toBe(await by('alice'));
});

it('an empty header is one', () => {
  expect(toHttpRequest({ ...restEvent({}), headers: { 'x-a': '' } })?.header('x-a')).toEqual(['']);
});
