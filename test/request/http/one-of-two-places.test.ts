import httpEventNormalizer from '@middy/http-event-normalizer';
import { describe, expect, it } from 'vitest';
import {
  fromHeader,
  fromPath,
  fromQuery,
  type KeySource,
  recordId,
  routeOf,
} from '../../../functions/idempotency/entries/main.ts';
import { toHttpRequest } from '../../../functions/idempotency/request/http/request.ts';
import { httpApiEvent } from '../../support/lambda.ts';
import { changed, fixture, type Sample } from '../fixture.ts';
import { behindKey } from '../front-door.ts';

const restWith = (amount: string) =>
  changed(fixture('rest-iam'), {
    queryStringParameters: { amount },
    multiValueQueryStringParameters: { amount: [amount] },
  });

/** A request with a parameter, as each service tells it. */
const services: Readonly<Record<string, (amount: string) => Sample>> = {
  'a load balancer': (amount) =>
    changed(fixture('alb-oidc'), { queryStringParameters: { amount }, multiValueQueryStringParameters: undefined }),
  'a load balancer with lists': (amount) =>
    changed(fixture('alb-multi-value'), {
      queryStringParameters: undefined,
      multiValueQueryStringParameters: { amount: [amount] },
    }),
  'a REST API': restWith,
  'an HTTP API': (amount) => httpApiEvent({ query: { amount } }),
  'Lattice, format 1.0': (amount) =>
    changed(fixture('lattice-v1'), { raw_path: `/pay?amount=${amount}`, query_string_parameters: { amount } }),
  'Lattice, format 2.0': (amount) =>
    changed(fixture('lattice-v2'), { path: `/pay?amount=${amount}`, queryStringParameters: { amount: [amount] } }),
};

const normalized = (event: Sample): Sample => {
  httpEventNormalizer().before?.({ event } as never);
  return event;
};

const idOf = (event: Sample, key: KeySource) => recordId({ namespace: 'n', key, scope: () => 'all', event });
const payload = (event: Sample) => JSON.stringify(toHttpRequest(event)?.query());

describe.each(Object.entries(services))('G323: a request of %s after Middy’s event normalizer', (_name, withAmount) => {
  it('has its query: as payload, and for a key', async () => {
    const [one, other] = ['1', '999'].map((amount) => normalized(withAmount(amount)));
    expect(payload(one as Sample)).not.toBe(payload(other as Sample));
    expect(payload(one as Sample)).toBe(payload(withAmount('1')));
    const key = fromQuery('amount');
    expect(await idOf(one as Sample, key)).not.toBe(await idOf(other as Sample, key));
    expect(await idOf(one as Sample, key)).toBe(await idOf(withAmount('1'), key));
  });

  it('has what another middleware sets then', async () => {
    const set = (user: string) => ({ ...normalized(withAmount('1')), queryStringParameters: { user } });
    expect(await idOf(set('ann'), fromQuery('user'))).not.toBe(await idOf(set('bob'), fromQuery('user')));
    expect(payload(set('ann'))).not.toBe(payload(set('bob')));
  });
});

describe('G323: a load balancer’s request with lists, to which something has added `headers`', () => {
  const login = fixture<{ headers: Record<string, string> }>('alb-oidc').headers;
  const request = (headers: object | undefined, sub = 'user-3') => {
    const [head, , signature] = String(login['x-amzn-oidc-data']).split('.');
    const data = [head, Buffer.from(JSON.stringify({ sub })).toString('base64url'), signature].join('.');
    const sent = { ...login, 'x-amzn-oidc-identity': sub, 'x-amzn-oidc-data': data };
    const multiValueHeaders = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, [value]]));
    return { ...fixture('alb-multi-value'), multiValueHeaders, ...(headers && { headers }) };
  };

  it.each([[{}], [{ 'x-request-id': '1' }]])('has its caller, route and key: %j', async (headers) => {
    const id = (event: Sample) => recordId({ namespace: 'n', event });
    expect(await id(request(headers))).toBe(await id(request(undefined)));
    expect(await id(request(headers))).not.toBe(await id(request(headers, 'user-4')));
  });
});

describe('G323: what is told at two places, of which a middleware has set one and an adapter reads the other', () => {
  const rest = (changes: Sample) => changed(fixture('rest-iam'), changes);
  const headers = (set: Sample) => ({ ...fixture<{ headers: Sample }>('rest-iam').headers, ...set });

  it.each<[what: string, key: KeySource, set: (account: string) => Sample]>([
    [
      'a header',
      fromHeader('x-account'),
      (account) => rest({ headers: headers({ 'X-Account': 'me' }), multiValueHeaders: { 'X-Account': [account] } }),
    ],
    [
      'a header, the other way round',
      fromHeader('x-account'),
      (account) => rest({ headers: headers({ 'X-Account': account }), multiValueHeaders: { 'X-Account': ['me'] } }),
    ],
    [
      'a REST API’s query',
      fromQuery('account'),
      (account) =>
        rest({ queryStringParameters: { account: 'me' }, multiValueQueryStringParameters: { account: [account] } }),
    ],
    [
      'an HTTP API’s query',
      fromQuery('account'),
      (account) => ({ ...httpApiEvent({ query: { account: 'me' } }), rawQueryString: `account=${account}` }),
    ],
    [
      'a path',
      fromPath('id'),
      (account) => ({ ...httpApiEvent({}), rawPath: `/accounts/${account}/pay`, pathParameters: { id: 'me' } }),
    ],
    [
      'a path that has the other one in it',
      fromPath('id'),
      (account) => ({ ...httpApiEvent({}), rawPath: `/accounts/me-${account}/pay`, pathParameters: { id: 'me' } }),
    ],
  ])('names the operation as a whole: %s', async (_what, key, set) => {
    expect(await idOf(set('ann'), key)).toBe(await idOf(set('ann'), key));
    expect(await idOf(set('ann'), key)).not.toBe(await idOf(set('bob'), key));
  });

  it('is not the same as what was sent twice', async () => {
    const places = (account: string, accounts: string[]) =>
      rest({ queryStringParameters: { account }, multiValueQueryStringParameters: { account: accounts } });
    const set = await idOf(places('ann', ['bob']), fromQuery('account'));
    expect(set).not.toBe(await idOf(places('bob', ['ann', 'bob']), fromQuery('account')));
  });

  it.each<[what: string, path: string, id: string]>([
    ['as it is', '/accounts/me/pay', 'me'],
    ['decoded', '/accounts/a%20b/pay', 'a b'],
    ['encoded', '/accounts/a%20b/pay', 'a%20b'],
    ['several segments', '/files/a/b', 'a/b'],
  ])('but a parameter that is in the path names it alone: %s', async (_what, rawPath, id) => {
    const event = (path: string) => ({ ...httpApiEvent({}), rawPath: path, pathParameters: { id } });
    expect(await idOf(event(rawPath), fromPath('id'))).toBe(await idOf(event(`/v2${rawPath}`), fromPath('id')));
  });
});

describe('G323: what a middleware sets by a name of another format, which some adapters read first', () => {
  const version2 = () => httpApiEvent({ query: { a: '1' } });
  const lattice = () => fixture('lattice-v2');

  it.each<[what: string, event: () => object, set: (to: string) => object]>([
    ['a path', version2, (path) => ({ path })],
    ['a method', version2, (httpMethod) => ({ httpMethod })],
    ['a route', version2, (method) => ({ routeKey: `${method} /payments` })],
    ['a resource', () => fixture('rest-iam'), (resource) => ({ resource })],
    ['a path of adapters', version2, (requestPath) => ({ requestPath })],
    ['a path of adapters in format 1.0', () => fixture('rest-iam'), (requestPath) => ({ requestPath })],
    [
      'a method in the context of format 1.0',
      () => fixture('rest-iam'),
      (method) => ({ requestContext: { ...(fixture('rest-iam')['requestContext'] as Sample), http: { method } } }),
    ],
    [
      'a type among the lists of headers',
      () => ({ ...fixture('rest-iam'), body: '{"amount":5}' }),
      (type) => ({
        multiValueHeaders: { ...(fixture('rest-iam')['multiValueHeaders'] as Sample), 'Content-Type': [type] },
      }),
    ],
    ['a query', version2, (a) => ({ multiValueQueryStringParameters: { a: [a] } })],
    ['a path in format 1.0', () => fixture('rest-iam'), (rawPath) => ({ rawPath })],
    ['a query in format 1.0', () => fixture('rest-iam'), (rawQueryString) => ({ rawQueryString })],
    ['a path behind a load balancer', () => fixture('alb-oidc'), (rawPath) => ({ rawPath })],
    ['a method behind VPC Lattice', lattice, (httpMethod) => ({ httpMethod })],
    ['a parameter of a path behind VPC Lattice', lattice, (id) => ({ pathParameters: { id } })],
    ['a path behind VPC Lattice', lattice, (rawPath) => ({ rawPath })],
  ])('is part of the payload: %s', async (_what, event, set) => {
    const { call } = behindKey({ key: () => 'k', scope: () => 'all' });
    expect(await call({ ...event(), ...set('one') })).toEqual({ run: 1 });
    expect(await call({ ...event(), ...set('one') })).toEqual({ run: 1 });
    expect(await call({ ...event(), ...set('two') })).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });
});

describe.each(Object.entries(services))('G323: whatever name a middleware sets counts: %s', (_name, withAmount) => {
  it.each<[name: string, set: (to: string) => unknown]>([
    ['method', (to) => to],
    ['httpMethod', (to) => to],
    ['path', (to) => `/${to}`],
    ['rawPath', (to) => `/${to}`],
    ['raw_path', (to) => `/${to}`],
    ['requestPath', (to) => `/${to}`],
    ['rawQueryString', (to) => `a=${to}`],
    ['queryStringParameters', (a) => ({ a })],
    ['query_string_parameters', (a) => ({ a })],
    ['multiValueQueryStringParameters', (a) => ({ a: [a] })],
  ])('%s', async (name, set) => {
    const { call } = behindKey({ key: () => 'k', scope: () => 'all' });
    expect(await call({ ...withAmount('1'), [name]: set('one') })).toEqual({ run: 1 });
    expect(await call({ ...withAmount('1'), [name]: set('one') })).toEqual({ run: 1 });
    expect(await call({ ...withAmount('1'), [name]: set('two') })).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });
});

describe.each(Object.entries(services))(
  'G323: nothing, where a middleware has set it, counts: %s',
  (_name, withAmount) => {
    const untouched = withAmount('1');
    const isAbsent = (name: string) => untouched[name] === undefined || untouched[name] === null;
    const places = ['queryStringParameters', 'query_string_parameters', 'multiValueQueryStringParameters'];

    const names = [...places, 'rawPath', 'rawQueryString', 'requestPath', 'raw_path'];

    it.each(names.filter(isAbsent))('%s', async (name) => {
      for (const value of places.includes(name) ? [{}, { amount: [] }] : ['', {}]) {
        const { call } = behindKey({ key: () => 'k', scope: () => 'all' });
        expect(await call(untouched)).toEqual({ run: 1 });
        expect(await call({ ...untouched, [name]: value })).not.toEqual({ run: 1 });
      }
    });
  },
);

it.each<[what: string, remains: Sample]>([
  ['its place', {}],
  ['all of them', { 'Content-Type': [] }],
])('G323: a type that a middleware has taken from the lists of headers counts: %s', async (_what, lists) => {
  const sent = (type: string) =>
    changed(fixture('rest-iam'), {
      body: '{"a":1}',
      headers: { 'Content-Type': type },
      multiValueHeaders: { 'Content-Type': [type] },
    });
  const { call } = behindKey({ key: () => 'k', scope: () => 'all' });
  expect(await call(sent('application/json'))).toEqual({ run: 1 });
  expect(await call({ ...sent('application/json'), multiValueHeaders: lists })).toMatchObject({
    code: 'PAYLOAD_MISMATCH',
  });
});

it.each(Object.entries(services).filter(([name]) => !/lists|format 2/.test(name)))(
  'G323: a list that a middleware has made of a parameter is another value than the text: %s',
  async (_name, withAmount) => {
    for (const gone of [{}, { multiValueQueryStringParameters: undefined, rawQueryString: undefined }]) {
      const set = (amount: unknown) => ({ ...withAmount('1'), ...gone, queryStringParameters: { amount } });
      const { call } = behindKey({ key: () => 'k', scope: () => 'all' });
      expect(await call(set('1'))).toEqual({ run: 1 });
      expect(await call(set('1'))).toEqual({ run: 1 });
      expect(await call(set(['1']))).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
      const [text, list] = await Promise.all(['1', ['1']].map((amount) => idOf(set(amount), fromQuery('amount'))));
      expect(text).not.toBe(list);
    }
  },
);

it('G323: JSON whose type is in the lists of headers alone counts as it was sent: readers of `headers` take it for text', async () => {
  const sent = (body: string) =>
    changed(fixture('rest-iam'), { body, headers: {}, multiValueHeaders: { 'Content-Type': ['application/json'] } });
  const { call } = behindKey({ key: () => 'k', scope: () => 'all' });
  expect(await call(sent('1.10'))).toEqual({ run: 1 });
  expect(await call(sent('1.10'))).toEqual({ run: 1 });
  expect(await call(sent('1.1'))).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
});

describe('G323: what a middleware has taken from one of two places, or from the front of a path', () => {
  const behind = () => behindKey({ key: () => 'k', scope: () => 'all' });
  const formats: [string, () => Sample][] = [
    ['an HTTP API', () => ({ ...httpApiEvent({ query: { force: '1' } }) })],
    ['a REST API', () => restWith('1')],
    ['Lattice', () => services['Lattice, format 2.0']?.('1') as Sample],
  ];
  const places = ['queryStringParameters', 'rawQueryString', 'multiValueQueryStringParameters'] as const;

  it.each(
    formats.flatMap(([name, event]) =>
      places.filter((place) => place in event()).map((place) => ({ name, place, event })),
    ),
  )('is part of the payload: $place of $name', async ({ place, event }) => {
    for (const nothing of [undefined, null, place === 'rawQueryString' ? '' : {}]) {
      const { call } = behind();
      const stripped = () => ({ ...event(), [place]: nothing });
      expect(await call(event())).toEqual({ run: 1 });
      expect(await call(stripped())).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
      const other = behind();
      expect(await other.call(stripped())).toEqual({ run: 1 });
      expect(await other.call(stripped())).toEqual({ run: 1 });
    }
  });

  it.each<[string, (tenant: string) => Sample]>([
    [
      'format 2.0',
      (tenant) => ({ ...httpApiEvent({ path: `/${tenant}/pay`, routeKey: '$default' }), rawPath: '/pay' }),
    ],
    [
      'format 1.0',
      (tenant) => changed(fixture('rest-iam'), { path: '/pay', 'requestContext/path': `/prod/${tenant}/pay` }),
    ],
  ])('is part of the payload: a tenant, %s', async (_format, event) => {
    const { call } = behind();
    expect(await call(event('ann'))).toEqual({ run: 1 });
    expect(await call(event('ann'))).toEqual({ run: 1 });
    expect(await call(event('bob'))).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });
});

describe('what a middleware adds to the event besides', () => {
  const added = (tenant: string) => ({ ...httpApiEvent({}), tenant });

  it('is not compared, as the header that it comes from', async () => {
    const { call } = behindKey({ key: () => 'k' });
    expect(await call(added('ann'))).toEqual({ run: 1 });
    expect(await call(added('bob'))).toEqual({ run: 1 });
  });

  it.each<[what: string, from: (amount: number) => Sample]>([
    ['in place of the body', (amount) => ({ ...httpApiEvent({}), payment: { amount } })],
    ['beside what is left of it', (amount) => ({ ...httpApiEvent({ body: {} }), files: [{ amount }] })],
    [
      'beside the five fields that a layer has left of a request',
      (amount) => {
        const { httpMethod, path, headers, requestContext } = fixture('rest-iam');
        return { httpMethod, path, headers, requestContext, payment: { amount } };
      },
    ],
  ])('is not compared %s', async (_where, from) => {
    const { call } = behindKey({ key: () => 'k' });
    expect(await call(from(1))).toEqual({ run: 1 });
    expect(await call(from(5000))).toEqual({ run: 1 });
  });

  it('tells callers apart in `scope`', async () => {
    const { call } = behindKey({ key: () => 'k', scope: (event) => [event.tenant, routeOf(event)] });
    expect(await call(added('ann'))).toEqual({ run: 1 });
    expect(await call(added('bob'))).toEqual({ run: 2 });
    expect(await call(added('ann'))).toEqual({ run: 1 });
  });
});

describe('a header by which a handler tells what to do', () => {
  const overridden = (method: string) => httpApiEvent({ headers: { 'x-http-method-override': method } });

  it('is not compared, but counts in `scope`', async () => {
    const unaware = behindKey({ key: () => 'k' });
    expect(await unaware.call(overridden('PUT'))).toEqual({ run: 1 });
    expect(await unaware.call(overridden('DELETE'))).toEqual({ run: 1 });
    const { call } = behindKey({
      key: () => 'k',
      scope: (event) => [event.headers['x-http-method-override'], routeOf(event)],
    });
    expect(await call(overridden('PUT'))).toEqual({ run: 1 });
    expect(await call(overridden('DELETE'))).toEqual({ run: 2 });
  });
});
