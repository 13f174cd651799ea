import { describe, expect, it } from 'vitest';
import { fromBody, fromQuery } from '../../functions/idempotency/entries/main.ts';
import { httpApiEvent } from '../support/lambda.ts';
import { byIdempotencyKey, type Naming } from './entrances.ts';
import { changed, fixture } from './fixture.ts';
import { codeOf, verdictOf } from './repeats.ts';

const form = 'application/x-www-form-urlencoded';
const keyHeader = { 'Idempotency-Key': ['k'] };

const headers = (contentType: string) => ({ 'idempotency-key': 'k', 'content-type': contentType });

const text = (contentType: string, body: string) => httpApiEvent({ headers: headers(contentType), body });

const bytes = (contentType: string, body: Uint8Array) => ({
  ...text(contentType, Buffer.from(body).toString('base64')),
  isBase64Encoded: true,
});

const withQuery = (rawQueryString: string) => ({ ...text('application/json', '{}'), rawQueryString });

const withParameters = (parameters: Record<string, string>) =>
  changed(fixture('http-v1-format'), {
    queryStringParameters: parameters,
    multiValueQueryStringParameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, [value]]),
    ),
  });

const balanced = (queryStringParameters: Record<string, string>) =>
  changed(fixture('alb-oidc'), { queryStringParameters });

const atPath = (rawPath: string, pathParameters: Record<string, string>) => ({
  ...text('application/json', '{}'),
  rawPath,
  pathParameters,
});

const restWithQuery = (value: string) => ({
  httpMethod: 'POST',
  path: '/pay',
  requestContext: { requestId: 'r', identity: {} },
  headers: headers('application/json'),
  queryStringParameters: { a: value },
  multiValueQueryStringParameters: { a: [value] },
  body: '{}',
});

const rest = (changes: object) => ({ ...restWithQuery('1'), ...changes });
const twoTypes = (body: string) =>
  rest({ multiValueHeaders: { ...keyHeader, 'Content-Type': ['application/json', form] }, body });
const typed = (types: string[], body: string) =>
  rest({
    headers: { ...headers(types.at(-1) ?? '') },
    multiValueHeaders: { ...keyHeader, 'Content-Type': types },
    body,
  });
const spelled = (types: Record<string, string>) =>
  rest({
    headers: { 'idempotency-key': 'k', ...types },
    multiValueHeaders: { ...keyHeader, ...Object.fromEntries(Object.entries(types).map(([name, of]) => [name, [of]])) },
    body: '{"amount":1,"note":"&amount=1000&"}',
  });
const parsedQuery = (queryStringParameters: object) =>
  rest({ queryStringParameters, multiValueQueryStringParameters: queryStringParameters });
const parsedBase64 = (body: string) => rest({ body, isBase64Encoded: true });

const part = (content: string) => `--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n${content}\r\n`;
const multipart = (...parts: readonly string[]) => text('multipart/form-data; boundary=b', `${parts.join('')}--b--`);

const fields = (count: number) => '&c=1'.repeat(count);
const manyParameters = () => Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`c${index}`, '1']));

const noTextBytes = Buffer.from([0xff, 0xfe, 0x41]);

describe('two requests under one key', () => {
  it.each<[string, unknown, unknown]>([
    [
      'bytes that are no text, and the text of their base64',
      bytes('application/octet-stream', noTextBytes),
      text('application/octet-stream', noTextBytes.toString('base64')),
    ],
    [
      'the bytes d7 6d f8, and the JSON 1234 that is their base64',
      bytes('application/json', Buffer.from('d76df8', 'hex')),
      text('application/json', '1234'),
    ],
    [
      'bytes that UTF-8 would replace by the same sign',
      bytes('text/plain', Buffer.from([0xff])),
      bytes('text/plain', Buffer.from([0xfe])),
    ],
    [
      'a text with a mark at its beginning, and without',
      bytes('text/plain', Buffer.from('\ufeffa')),
      text('text/plain', 'a'),
    ],
    ['lone surrogates', text('text/plain', '\ud800'), text('text/plain', '\ud801')],
    ['queries that are no UTF-8', withQuery('a=%ff'), withQuery('a=%fe')],
    ['a query that is no UTF-8, and the sign for it', withQuery('a=%ff'), withQuery('a=%EF%BF%BD')],
    ['a query with an encoded ampersand, and two parameters', withQuery('a=1%26b=2'), withQuery('a=1&b=2')],
    ['a parameter twice, and both values in one', withQuery('a=1&a=2'), withQuery('a=1,2')],
    ['a parameter twice, in another order', withQuery('a=1&a=2'), withQuery('a=2&a=1')],
    ['a plus and a space in a query', withQuery('a=1%2B2'), withQuery('a=1+2')],
    [
      'parameters of a path that HTTP APIs have decoded',
      atPath('/files/a/b/c', { folder: 'a/b', name: 'c' }),
      atPath('/files/a/b/c', { folder: 'a', name: 'b/c' }),
    ],
    [
      'paths that a middleware has made one of, to a router that reads the second place',
      changed(withQuery(''), { rawPath: '/', 'requestContext/http/path': '/payments/1' }),
      changed(withQuery(''), { rawPath: '/', 'requestContext/http/path': '/payments/2' }),
    ],
    ['queries of a REST API', restWithQuery('1'), restWithQuery('2')],
    [
      'two parts of a form, and one that holds both',
      multipart(part('1'), part('2')),
      multipart(part(`1\r\n-b\r\n${'2'}`)),
    ],
    ['parts that say the same when joined', multipart(part('ab'), part('c')), multipart(part('a'), part('bc'))],
    ['parts in another order', multipart(part('1'), part('2')), multipart(part('2'), part('1'))],
    ['an empty part, and none', multipart(part('1'), part('')), multipart(part('1'))],
    ['parts, and the same text without that type', multipart(part('1')), text('text/plain', `${part('1')}--b--`)],
    ['fields of a form', text(form, 'a=1&b=2'), text(form, 'a=1&b=3')],
    ['a field of a form twice, and once', text(form, 'a=1&a=1'), text(form, 'a=1')],
    ['fields that are no UTF-8', text(form, 'a=%ff'), text(form, 'a=%fe')],
    ['a form and JSON of its fields', text(form, 'a=1'), text('application/json', '{"a":["1"]}')],
    [
      'big integers',
      text('application/json', '{"a":9007199254740993}'),
      text('application/json', '{"a":9007199254740992}'),
    ],
    ['long fractions', text('application/json', '{"a":1.0000000000000000001}'), text('application/json', '{"a":1}')],
    [
      'minus zero in digits too long for a double',
      text('application/json', '{"a":-1e-400}'),
      text('application/json', '{"a":0}'),
    ],
    [
      'forms that are the same JSON',
      text(form, '{"x":"&amount=1&","y":"&amount=2&"}'),
      text(form, '{"y":"&amount=2&","x":"&amount=1&"}'),
    ],
    ['JSON that is the same form', text(form, '{"a":"1+2"}'), text(form, '{"a":"1 2"}')],
    [
      'bodies whose type was sent twice',
      twoTypes('{"x":"&amount=1&","y":"&amount=2&"}'),
      twoTypes('{"y":"&amount=2&","x":"&amount=1&"}'),
    ],
    [
      'one body between two boundaries of which readers take the first or the last',
      text('multipart/form-data; x="\\"; boundary=b; y="; boundary=a', `${part('1')}--b--`),
      text('multipart/form-data; boundary=b; boundary=a', `${part('1')}--b--`),
    ],
    [
      'JSON behind white space, under the type of a form',
      text(form, '\n{"amount":"9%30%30"}'),
      text(form, '\n{"amount":"900"}'),
    ],
    ['JSON behind a byte order mark, under it', text(form, '\ufeff{"a":"1+1"}'), text(form, '\ufeff{"a":"1 1"}')],
    ['XML under the type of a form', text(form, '<to>a+b</to>'), text(form, '<to>a b</to>')],
    ['text under the type of a form', text(form, 'a b%30'), text(form, 'a b0')],
    [
      'a body as sent that is JSON by one type and a form by the other',
      text('application/json', '{"amount":"1","n":1e999,"x":"&amount=9000&"}'),
      text(form, '{"amount":"1","n":1e999,"x":"&amount=9000&"}'),
    ],
    [
      'a form in UTF-8, and in another charset',
      text(form, 'to=%C3%A9'),
      text(`${form}; charset=iso-8859-1`, 'to=%C3%A9'),
    ],
    [
      'JSON in a charset that readers take for windows-1252',
      text('application/json; charset=us-ascii', '{"to":"é"}'),
      text('application/json; charset=us-ascii', '{"to":"\\u00e9"}'),
    ],
    ['a text in another charset', text('text/plain', 'a'), text('text/plain; charset=utf-16', 'a')],
    [
      'a body without a type, which may be JSON or a form',
      { ...text('', '{"a":"&amount=1&","b":"&amount=9000&"}') },
      { ...text('', '{"b":"&amount=9000&","a":"&amount=1&"}') },
    ],
    [
      'two types in one header, of which the first has a parameter',
      text('application/json;x=,application/x-www-form-urlencoded', '{"a":"&amount=1&","b":"&amount=9000&"}'),
      text('application/json;x=,application/x-www-form-urlencoded', '{"b":"&amount=9000&","a":"&amount=1&"}'),
    ],
    [
      'a multipart body whose first type is a form',
      text(`${form}; charset=utf-8,multipart/form-data; boundary=b`, `${part('9%30')}--b--`),
      text(`${form}; charset=utf-8,multipart/form-data; boundary=b`, `${part('90')}--b--`),
    ],
    [
      'a query whose names differ in brackets, of which one can’t be decoded',
      withQuery('a=1&a[0]%FF=2'),
      withQuery('a[0]%FF=2&a=1'),
    ],
    ['forms of which one begins with a question mark', text(form, '?a=5&a=5000'), text(form, '%3Fa=5&a=5000')],
    [
      'queries of which one has the name behind a second question mark',
      withQuery('?order=2&order=1'),
      withQuery('order=2&order=1&%3Forder=2'),
    ],
    ['a form of names that begin with a closing bracket', text(form, ']=1&][0]=2'), text(form, '][0]=2&]=1')],
    ['a query that some readers end at a #', withQuery('a=1&j=#'), withQuery('j=#&a=1')],
    [
      'a query with a name that could be decoded once more, as @fastify/aws-lambda does',
      withQuery('seat=9&%2573eat=1'),
      withQuery('%2573eat=1&seat=9'),
    ],
    ['a query with an empty name, which ufo (h3 1) skips', withQuery('=amount=5'), withQuery('=amount%3D5')],
    ['a query with an empty name, in two orders', withQuery('=amount=5&amount=6'), withQuery('amount=6&=amount=5')],
    [
      'a query behind a path that has a question mark, to those that put them together',
      { ...withQuery('currency=EUR&amount=5'), rawPath: '/pay?x=1' },
      { ...withQuery('amount=5&currency=EUR'), rawPath: '/pay?x=1' },
    ],
    [
      'an empty query behind a path that ends with a space, and none',
      { ...withQuery(''), rawPath: '/pay ' },
      { ...withQuery('&'), rawPath: '/pay ' },
    ],
    [
      'the same in format 1.0',
      { ...withParameters({ currency: 'EUR', amount: '5' }), path: '/pay?x=1' },
      { ...withParameters({ amount: '5', currency: 'EUR' }), path: '/pay?x=1' },
    ],
    [
      'the same behind a load balancer',
      { ...balanced({ currency: 'EUR', amount: '5' }), path: '/pay#1' },
      { ...balanced({ amount: '5', currency: 'EUR' }), path: '/pay#1' },
    ],
    [
      'a query with two spellings of a name, of which some readers look for the raw one first',
      withQuery('t%6f=alice&to=bob'),
      withQuery('to=alice&to=bob'),
    ],
    [
      'multipart bodies by types that some readers tell apart',
      { ...multipart(part('1')), headers: headers('multipart/form-data; boundary=b') },
      { ...multipart(part('1')), headers: headers('Multipart/Form-Data; boundary=b') },
    ],
    [
      'multipart bodies whose boundary has quotes, which some readers refuse or take for part of it',
      multipart(part('1')),
      text('multipart/form-data; boundary="b"', `${part('1')}--b--`),
    ],
    [
      'multipart bodies of which one has its boundary within a part, where some readers split it',
      text('multipart/form-data; boundary=XX', `${part('100000').replaceAll('--b', '--XX')}--XX--`),
      text('multipart/form-data; boundary=0000', `${part('100000').replaceAll('--b', '--0000')}--0000--`),
    ],
    ['queries of which one has an encoded #', withQuery('?all#'), withQuery('?all%23')],
    ['names that can’t be decoded, and behind a question mark', withQuery('?amount%25'), withQuery('&?amount%')],
    [
      'a load balancer’s query that some readers end at a #',
      balanced({ amount: '5', 'x#': '' }),
      balanced({ 'x#': '', amount: '5' }),
    ],
    [
      'a load balancer’s query with two spellings of a name, of which some readers keep the last',
      balanced({ id: '1', '%69d': '2' }),
      balanced({ '%69d': '2', id: '1' }),
    ],
    [
      'a load balancer’s query in which some readers find a bracket',
      balanced({ amount: '5', x: ']=1' }),
      balanced({ x: ']=1', amount: '5' }),
    ],
    [
      'JSON by a type that Middy’s parser doesn’t know in upper case',
      text('Application/JSON', '{"a":1}'),
      text('application/json', '{"a":1}'),
    ],
    ['a type that was sent twice, and once', typed([form, form], 'a=1'), typed([form], 'a=1')],
    [
      'types of which another one is the last',
      typed(['text/plain', 'application/json'], '{"a":1}'),
      typed(['text/plain', 'application/json', 'text/plain'], '{"a":1}'),
    ],
    ['a form of lists without a name', text(form, 'x=9&[0]=1&[]=2'), text(form, 'x=9&[]=2&[0]=1')],
    ['a query of lists without a name', withQuery('[0]=1&[]=2'), withQuery('[]=2&[0]=1')],
    ['queries of which one begins with a question mark', withQuery('?a=5&a=5000'), withQuery('%3Fa=5&a=5000')],
    [
      'JSON by another type, that some parsers leave alone',
      text('text/json', '{"a":1}'),
      text('application/json', '{"a":1}'),
    ],
    [
      'a patch, in which null removes',
      text('application/merge-patch+json', '{"a":null}'),
      text('application/json', '{"a":null}'),
    ],
    [
      'JSON by types that some readers take for a form’s: application/x-www-form-urlencoded+json',
      text('application/x-www-form-urlencoded+json', '{"order":"1","x":"&order=2&"}'),
      text('application/x-www-form-urlencoded+json', '{"order":"1","x":"\\u0026order=2&"}'),
    ],
    [
      'JSON by types that some readers take for a form’s: application/json; of=application/x-www-form-urlencoded',
      text('application/json; of=application/x-www-form-urlencoded', '{"order":"1","x":"&order=2&"}'),
      text('application/json; of=application/x-www-form-urlencoded', '{"order":"1","x":"\\u0026order=2&"}'),
    ],
    [
      'JSON by a type that Elysia takes for a form’s',
      text('application/x-amz-json-1.1', '{"order":"1","x":"&order=2&"}'),
      text('application/x-amz-json-1.1', '{"order":"1","x":"\\u0026order=2&"}'),
    ],
    ['JSON with and without a type', text('', '{"a":1}'), text('application/json', '{"a":1}')],
    ['JSON in two versions', text('application/json; v=1', '{"a":1}'), text('application/json; v=2', '{"a":1}')],
    ['parts by two types of multipart', multipart(part('1')), text('multipart/mixed; boundary=b', `${part('1')}--b--`)],
    [
      'a form of which some parsers read no more than 1000 fields',
      text(form, `a=1${fields(1000)}&b=1`),
      text(form, `a=1&b=1${fields(1000)}`),
    ],
    ['a query of which they read no more', withQuery(`a=1${fields(1000)}&b=1`), withQuery(`a=1&b=1${fields(1000)}`)],
    ['a form that begins with 1000 empty fields', text(form, `${'&'.repeat(1000)}b=1`), text(form, 'b=1')],
    ['a query that begins with 1000 empty ones', withQuery(`${'&'.repeat(1000)}b=1`), withQuery('b=1')],
    [
      'parameters of a REST API of which they read no more',
      parsedQuery({ a: '1', ...manyParameters(), b: '1' }),
      parsedQuery({ a: '1', b: '1', ...manyParameters() }),
    ],
    [
      'a form of empty fields, and of fields without a name',
      text(form, `${'&'.repeat(1000)}b=1`),
      text(form, `${'=&'.repeat(1000)}b=1`),
    ],
    [
      'a form with `]=` in a value, where a reader of brackets ends the name',
      text(form, 'memo=a]=b'),
      text(form, 'memo=a%5D%3Db'),
    ],
    ['a form with it in escapes', text(form, 'memo=a%5d=b'), text(form, 'memo=a%5D%3Db')],
    ['a query with `]=` in a value', withQuery('memo=a]=b'), withQuery('memo=a%5D%3Db')],
    ['a form with a name in brackets alone', text(form, 'a=1&[a]=9000'), text(form, '[a]=9000&a=1')],
    ['a form whose names differ in brackets', text(form, 'a[]=1&a=9000'), text(form, 'a=9000&a[]=1')],
    [
      'a form whose names are paths, of which Hono’s reader heeds the order',
      text(form, 'order.amount=1&order.amount.cents=5000'),
      text(form, 'order.amount.cents=5000&order.amount=1'),
    ],
    ['a query whose names are paths', withQuery('a.b=1&a=9000'), withQuery('a=9000&a.b=1')],
    [
      'a load balancer’s query whose names are paths',
      balanced({ 'a.b': '1', a: '9000' }),
      balanced({ a: '9000', 'a.b': '1' }),
    ],
    ['a form with lists by another sign', text(form, 'a:list=1&a=9000'), text(form, 'a=9000&a:list=1')],
    ['a form of lists that some readers split before they decode', text(form, 'ids=a,b'), text(form, 'ids=a%2Cb')],
    ['a query of lists that they split', withQuery('ids=a|b'), withQuery('ids=a%7Cb')],
    ['a form that is spelled as no encoder does', text(form, 'a.b=1'), text(form, 'a%2Eb=1')],
    ['a name in two spellings that differ in case', withQuery('%C3%A9=1&%c3%a9=2'), withQuery('%c3%a9=1&%C3%A9=2')],
    ['a form with a field that has no value, and an empty one', text(form, 'a=1&note'), text(form, 'a=1&note=')],
    ['a query with a parameter that has no value, and an empty one', withQuery('note'), withQuery('note=')],
    ['a query whose names differ in brackets', withQuery('a[id]=1&a=9000'), withQuery('a=9000&a[id]=1')],
    [
      'parameters of format 2.0 that a middleware has set',
      { ...withQuery('a=1'), queryStringParameters: { a: '1', user: 'A' } },
      { ...withQuery('a=1'), queryStringParameters: { a: '1', user: 'B' } },
    ],
    [
      'types by two spellings of the name, and by one',
      spelled({ 'content-type': form, 'Content-Type': 'application/json' }),
      typed([form, 'application/json'], '{"amount":1,"note":"&amount=1000&"}'),
    ],
    [
      'types by two spellings of the name, in turn',
      spelled({ 'content-type': form, 'Content-Type': 'application/json' }),
      spelled({ 'Content-Type': form, 'content-type': 'application/json' }),
    ],
    ['queries that a parser has nested', parsedQuery({ a: { b: '1' } }), parsedQuery({ a: { b: '2' } })],
    ['a text that is called base64 and is none, and the text', parsedBase64('{"a":1}'), rest({ body: '{"a":1}' })],
    ['texts that a parser has read, in base64', parsedBase64('a-b_'), parsedBase64('a+b/')],
    ['texts that a parser has read, with and without padding', parsedBase64('YQ'), parsedBase64('YQ==')],
    ['empty text, and no body', text('application/json', ''), httpApiEvent({ headers: headers('application/json') })],
    [
      'the JSON null, and no body',
      text('application/json', 'null'),
      httpApiEvent({ headers: headers('application/json') }),
    ],
  ])('G48: are told apart: %s', async (_name, one, other) => {
    expect(await verdictOf(byIdempotencyKey({}), one, other)).toBe('another payload');
    expect(await verdictOf(byIdempotencyKey({}), other, one)).toBe('another payload');
    expect(await verdictOf(byIdempotencyKey({}), one, structuredClone(one))).toBe('a repeat');
  });
});

it('G48: are told apart by the path before a middleware made another one of it, also in format 1.0 and under a scope of your own', async () => {
  const at = (path: string) => rest({ path: '/', requestContext: { requestId: 'r', identity: {}, path } });
  const guarded = byIdempotencyKey({ scope: () => 'shop' });
  expect(await verdictOf(guarded, at('/prod/payments/1'), at('/prod/payments/2'))).toBe('another payload');
});

class Query {
  #id: string;
  constructor(id: string) {
    this.#id = id;
  }
  get id() {
    return this.#id;
  }
}

describe('a part of a request that a middleware has made something else of', () => {
  it.each<[what: string, event: () => object, name: string, made: unknown]>([
    ['a load balancer’s query', () => balanced({ id: '1' }), 'queryStringParameters', new URLSearchParams({ id: '1' })],
    [
      'a load balancer’s lists',
      () => balanced({ id: '1' }),
      'multiValueQueryStringParameters',
      new Map([['id', ['1']]]),
    ],
    ['a query', () => withQuery('id=1'), 'queryStringParameters', new Query('1')],
    ['a REST API’s query', () => withParameters({ id: '1' }), 'queryStringParameters', 'id=1'],
    ['parameters of a path', () => atPath('/a/1', { id: '1' }), 'pathParameters', new Map([['id', '1']])],
    ['headers', () => withQuery('id=1'), 'headers', new Headers({ 'idempotency-key': 'k' })],
    ['a REST API’s headers', () => rest({}), 'multiValueHeaders', () => ['k']],
  ])('G48: is refused, by its name and with the cure: %s', async (_what, event, name, made) => {
    const byQuery = { key: fromQuery('id'), optional: true };
    for (const naming of [{}, { key: () => 'k' }, ...(/query/i.test(name) ? [byQuery] : [])]) {
      const refused = await byIdempotencyKey(naming as never)({ ...event(), [name]: made });
      expect(refused).toMatchObject({
        statusCode: 400,
        body: expect.stringContaining(`event.${name} is no plain object`),
      });
    }
  });
});

describe('an event that a middleware has made another object of', () => {
  class ApiEvent {
    readonly #raw: ReturnType<typeof withQuery>;
    readonly version = '2.0';
    readonly rawPath = '/pay';
    readonly requestContext;
    constructor(raw: ReturnType<typeof withQuery>) {
      this.#raw = raw;
      this.requestContext = raw.requestContext;
    }
    get headers() {
      return this.#raw.headers;
    }
    get queryStringParameters() {
      return this.#raw.queryStringParameters;
    }
  }

  it.each<[string, (query: string) => object]>([
    ['of a class', (query) => new ApiEvent(withQuery(query))],
    ['that inherits', (query) => Object.create(withQuery(query), { user: { value: 'ann' } })],
    ['that inherits in format 1.0', (query) => Object.create(withParameters({ a: query }))],
  ])('G48: is refused with the cure: %s', async (_what, made) => {
    for (const naming of [{}, { key: () => 'k' }]) {
      const refused = await byIdempotencyKey(naming)(made('dry=1'));
      expect(refused).toMatchObject({ statusCode: 400, body: expect.stringContaining('event is no plain object') });
    }
  });
});

describe('a body that is JSON and a form', () => {
  const both = '{"order":"1","x":"&order=2&"}';

  it.each([form, `${form}; charset=utf-8`, `application/json, ${form}`, `${form},application/json`])(
    'G54: names nothing, since its reader may find another one: %s',
    async (type) => {
      const handler = byIdempotencyKey({ key: fromBody('order'), fingerprint: () => 'same' });
      expect(codeOf(await handler(text(type, both)))).toBe('ILLEGAL_ARGUMENT');
    },
  );

  it.each<[what: string, type: string, body: string, more?: Record<string, string>]>([
    ['behind a byte order mark', form, '\ufeff{"x":"&order=2&"}'],
    ['with something behind it', form, '{"x":"&order=2&"} x'],
    ['behind a question mark, which URLSearchParams drops', form, '?order=1&order=2'],
    ['behind a byte order mark, which decoders drop', form, '\ufefforder=1&order=2'],
    ['where some readers know another separator', form, 'x=1;order=2&order=3'],
    ['of JSON in another charset', 'application/json; charset=utf-7', '{"order":"1","x":"+ACI-"}'],
    ['of JSON with several types', 'application/json, text/plain', '{"order":"1"}'],
    ['of JSON without a type that is encoded', '', '{"order":"1"}', { 'content-encoding': 'br' }],
    ['of JSON that is encoded besides', 'application/json', '{"order":"1"}', { 'content-encoding': 'br' }],
    ['in another charset', `${form}; charset=iso-8859-1`, 'order=2'],
    ['beside multipart', `${form}; charset=utf-8,multipart/form-data; boundary=b`, 'order=2'],
    ['without a type', '', both],
    ['of JSON by a type that begins like a form’s', `${form}+json`, both],
    ['of JSON by a type that Elysia takes for a form’s', 'application/x-json', both],
    ['of JSON by a type that mentions multipart', 'application/json; of=multipart/form-data; boundary=b', both],
    ['of JSON by a type that mentions a form’s', `application/json; of=${form}`, both],
    ['that a reader of brackets finds', form, '{"x":"&order[]=2&"}'],
  ])('G54: names nothing %s', async (_what, type, body, more = {}) => {
    const handler = byIdempotencyKey({ key: fromBody('order'), fingerprint: () => 'same' });
    const event = text(type, body);
    expect(codeOf(await handler({ ...event, headers: { ...event.headers, ...more } }))).toBe('ILLEGAL_ARGUMENT');
  });

  it('names what it says as JSON where it says nothing as a form: curl calls any body a form', async () => {
    const handler = byIdempotencyKey({ key: fromBody('order'), fingerprint: () => 'same' });
    expect(await verdictOf(handler, text(form, '{"order":"1"}'), text('application/json', '{"order":"1"}'))).toBe(
      'a repeat',
    );
  });
});

describe('a field in which readers may find something else', () => {
  const refusal = async (naming: Naming, event: unknown) => {
    const guarded = byIdempotencyKey({ ...naming, optional: true } as never);
    const answer = (await guarded(event)) as { statusCode?: number; body?: string };
    return { ...JSON.parse(answer.body ?? '{}'), statusCode: answer.statusCode };
  };

  it.each<[what: string, body: unknown, why: string]>([
    ['of which another one is a part', text(form, 'order=1&order[]=2'), 'one field of order and order[]'],
    ['that is a list by its name', text(form, 'order[]=2'), 'one field of order and order[]'],
    ['that is a list by its encoded name', text(form, 'order%5B0%5D=2'), 'one field of order and order[0]'],
    [
      'of which another one is a part behind a dot',
      text(form, 'order=1&order.id=2'),
      'one field of order and order.id',
    ],
    ['that has another sign behind it', text(form, 'order:list=2'), 'one field of order and order:list'],
    ['beside one in another case', text(form, 'order=1&Order=2'), 'one field of order and Order'],
    ['in another case alone', text(form, 'ORDER=2'), 'one field of order and ORDER'],
    ['with a hyphen', text(form, 'order=1&or-der=2'), 'one field of order and or-der'],
    ['in another case, in JSON', text('application/json', '{"order":"1","Order":"2"}'), 'one field of order and Order'],
    ['with underscores, in JSON', text('application/json', '{"or_der":"2"}'), 'one field of order and or_der'],
    ['that a parser has read beside another one', rest({ body: { order: '1', 'or-der': '2' } }), 'and or-der'],
    ['of which some readers make a list', text(form, 'order=1,2'), 'split it'],
    ['that some readers end at a second =', text(form, 'order=1=2'), 'split it'],
    ['that has no =', text(form, 'order=1&order'), 'has no `=`'],
    ['whose brackets some readers take for those of a name', text(form, 'order=2[]'), 'bracket'],
    ['of which some readers drop a question mark', text(form, 'order=?2'), 'in front'],
    ['that is no UTF-8', text(form, 'order=%ff'), 'percent-encoded UTF-8'],
    ['in brackets alone', text(form, 'order=1&[order]=2'), 'one field of order and [order]'],
    ['where a reader of brackets ends the name later', text(form, 'order=1]=x'), '`]=`'],
    ['behind 1000 others', text(form, `a=1${fields(1000)}&order=1`), '1000'],
    ['behind an empty name', text(form, 'order=1&=order=2'), 'an empty name'],
    ['in the charset that another field says', text(form, 'utf8=%26%2310003%3B&order=%C3%A9'), 'charset'],
    ['in a charset that some readers take for UTF-8', text(form, 'order=%C3%A9&utf8=%e2%9c%93'), 'charset'],
    ['in the charset that the field for it says', text(form, '_charset_=iso-8859-1&order=%C3%A9'), 'charset'],
    ['beside a name that can’t be decoded', text(form, 'order=1&%6frder%5b%ff%5d=2'), 'percent-encoded UTF-8'],
    [
      'beside bytes that are no text',
      bytes('application/json', Buffer.from('{"order":"1","x":"\xff"}', 'latin1')),
      'UTF-8',
    ],
    ['behind a byte order mark', text('application/json', '\ufeff{"order":"1"}'), 'neither JSON nor'],
    ['of JSON that lacks its end', text('application/json', '{"order":"1"'), 'neither JSON nor'],
    ['of a form without its type', text('', 'order=1'), 'neither JSON nor'],
    ['of multipart', multipart(part('1')), 'multipart'],
    ['of another type', text('text/xml', '<order>1</order>'), 'neither JSON nor'],
  ])('G332: is refused, under `optional` too: %s', async (_what, event, why) => {
    expect(await refusal({ key: fromBody('order') }, event)).toMatchObject({
      statusCode: 400,
      detail: expect.stringContaining(why),
    });
  });

  it.each<[what: string, query: string, why: string]>([
    ['of which another one is a part', 'order=1&order[]=2', 'one field of order and order[]'],
    ['that is a list by its name', 'order[]=2', 'one field of order and order[]'],
    ['of which another one is a part behind a dot', 'order=1&order.id=2', 'one field of order and order.id'],
    ['of which some readers make a list', 'order=1,2', 'split it'],
    ['that some readers end at a second =', 'order=1=2', 'split it'],
    ['that has no =', 'order=1&order', 'has no `=`'],
    ['whose brackets some readers take for those of a name', 'order=2[]', 'bracket'],
    [
      'of which a name is another spelling, to those that decode twice',
      'order=1&%256frder=2',
      'one field of order and %6frder',
    ],
    ['in two spellings', 'order=1&%6frder=2', 'two spellings'],
    ['beside an empty name', 'order=1&=order=2', 'a name is empty'],
    ['behind a semicolon', 'x=1;order=1&order=2', '`;`'],
    ['in another charset', 'order=%C3%A9&utf8=%26%2310003%3B', 'charset'],
    ['behind a second question mark, which some drop', '?order=1&order=2', 'second `?`'],
    ['behind 1000 others', `a=1${fields(1000)}&order=1`, '1000'],
    ['beside a name that can’t be decoded', 'order=1&%ff=2', 'percent-encoded UTF-8'],
  ])('G332: is refused in a query: %s', async (_what, query, why) => {
    const event = { ...withQuery(query), queryStringParameters: Object.fromEntries(new URLSearchParams(query)) };
    expect(await refusal({ key: fromQuery('order') }, event)).toMatchObject({
      statusCode: 400,
      detail: expect.stringContaining(why),
    });
  });

  it.each([{ order: '1', 'x#': '' }, { order: '1]=2' }, { order: '1', '%6frder': '2' }])(
    'G332: is refused in a load balancer’s query: %j',
    async (queryStringParameters) => {
      expect(await refusal({ key: fromQuery('order') }, balanced(queryStringParameters))).toMatchObject({
        statusCode: 400,
        detail: expect.stringContaining('`#`, `;`, or `]=`'),
      });
    },
  );

  it('G332: is refused in a query behind a path with a question mark', async () => {
    const event = { ...withQuery('order=1'), rawPath: '/pay?order=2&x=' };
    expect(await refusal({ key: fromQuery('order') }, event)).toMatchObject({ statusCode: 400 });
  });

  it('is what a load balancer’s parameter says, however it is spelled', async () => {
    const handler = byIdempotencyKey({ key: fromQuery('order'), fingerprint: () => 'same' });
    expect(await verdictOf(handler, balanced({ order: 'a%2Bb' }), balanced({ order: 'a%2bb' }))).toBe('a repeat');
  });

  it.each(['utf8=%E2%9C%93&order=%C3%A9', '_charset_=UTF-8&order=%C3%A9', 'order=%C3%A9&utf8=%E2%9C%93'])(
    'may be in a form that says that it is UTF-8: %s',
    async (body) => {
      const event = text(form, body);
      expect(await verdictOf(byIdempotencyKey({ key: fromBody('order') }), event, event)).toBe('a repeat');
    },
  );

  it('G332: but an empty body has no field, and properties of one thing are different fields', async () => {
    const optional = byIdempotencyKey({ key: fromBody('order'), optional: true } as never);
    expect(await verdictOf(optional, text('application/json', ''), text('application/json', ''))).toBe(
      'another operation',
    );
    for (const [name, body] of [
      ['order[id]', 'order[id]=1&order[user]=2'],
      ['order.id', 'order.id=1&order.user=2'],
    ] as const) {
      const event = text(form, body);
      expect(await verdictOf(byIdempotencyKey({ key: fromBody(name) }), event, event)).toBe('a repeat');
    }
  });

  it('may be beside the id of a database', async () => {
    const event = text('application/json', '{"_id":"1","id":"2"}');
    expect(await verdictOf(byIdempotencyKey({ key: fromBody('id') }), event, event)).toBe('a repeat');
  });

  it('is read from a WebSocket’s message, too', async () => {
    const sent = (body: string, more = {}) => changed(fixture('web-socket-iam'), { body, ...more });
    const byOrder = () => byIdempotencyKey({ key: fromBody('order'), fingerprint: () => 'same' });
    const inBase64 = sent(Buffer.from('{ "order": "1" }').toString('base64'), { isBase64Encoded: true });
    expect(await verdictOf(byOrder(), sent('{"order":"1"}'), inBase64)).toBe('a repeat');
    expect(await verdictOf(byOrder(), sent('{"order":"2"}'), sent('{"order":"3"}'))).toBe('another operation');
    for (const body of ['{"order":9007199254740993}', 'order=1', '{}']) {
      await expect(byOrder()(sent(body))).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
    }
  });

  it.each(['application/json', 'text/plain;charset=UTF-8', ''])('reads JSON of the type "%s"', async (type) => {
    const byOrder = byIdempotencyKey({ key: fromBody('order'), fingerprint: () => 'same' });
    expect(await verdictOf(byOrder, text(type, '{"order":"1"}'), text(type, '{ "order": "1" }'))).toBe('a repeat');
  });
});

describe('a number that JavaScript can’t hold', () => {
  const body = (json: string) => httpApiEvent({ body: json });
  const byOrder = () => byIdempotencyKey({ key: fromBody('order'), fingerprint: () => 'same' });

  it.each(['9007199254740993', '1e999', '{"id":[9007199254740993]}', '0.1234567890123456789'])(
    'G54: makes no key: %s',
    async (order) => {
      expect(await byOrder()(body(`{"order":${order}}`))).toMatchObject({
        statusCode: 400,
        body: expect.stringContaining("body.order is a number that JavaScript can't represent exactly"),
      });
    },
  );

  it('G54: makes no key either where something else has parsed it', async () => {
    const order = JSON.parse('{"order":{"id":9007199254740993}}');
    const why = "order is a number that JavaScript can't represent exactly";
    expect(await byOrder()({ ...body(''), body: order })).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining(`body.${why}`),
    });
    await expect(byOrder()(order)).rejects.toThrow(`event.${why}`);
    expect(await verdictOf(byOrder(), { order: 2 ** 53 - 1 }, { order: 2 ** 53 - 2 })).toBe('another operation');
  });

  it('G54: in another field than those of the key doesn’t matter', async () => {
    expect(await verdictOf(byOrder(), body('{"order":1,"a":9007199254740993}'), body('{"order":1}'))).toBe('a repeat');
  });

  it('G54: which a normalizer made a bigint of is a key, and is compared', async () => {
    const event = (order: bigint) => ({ order, lines: [order] });
    const naming = { key: ({ order }: { order: bigint }) => order };
    expect(await verdictOf(byIdempotencyKey(naming), event(9007199254740993n), event(9007199254740992n))).toBe(
      'another operation',
    );
    expect(
      await verdictOf(byIdempotencyKey({ key: () => 'k' }), event(9007199254740993n), event(9007199254740992n)),
    ).toBe('another payload');
    expect(await verdictOf(byIdempotencyKey(naming), event(1n), event(1n))).toBe('a repeat');
  });
});
