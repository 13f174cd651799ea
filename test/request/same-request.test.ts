import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import httpUrlencodeBodyParser from '@middy/http-urlencode-body-parser';
import { describe, expect, it } from 'vitest';
import { fromBody, type IdempotencyStore, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { byIdempotencyKey, byMakeIdempotent, type Guarded } from './entrances.ts';
import { changed, fixture } from './fixture.ts';
import { verdictOf } from './repeats.ts';

const headers = (contentType: string) => ({ 'idempotency-key': 'k', 'content-type': contentType });

const post = (contentType: string, body: string | Uint8Array) => ({
  ...httpApiEvent({ headers: headers(contentType), body: typeof body === 'string' ? body : '' }),
  ...(typeof body !== 'string' && { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }),
});

const multipart = (boundary: string, ...parts: readonly string[]) =>
  post(
    `multipart/form-data; boundary=${boundary}`,
    `${parts.map((part) => `--${boundary}\r\ncontent-disposition: form-data; name="a"\r\n\r\n${part}\r\n`).join('')}--${boundary}--\r\n`,
  );

const appSync = (changes = {}) => changed(fixture('app-sync-cognito'), changes);
const webSocket = (changes = {}) => changed(fixture('web-socket-authorizer'), changes);
const lattice = (changes = {}) => changed(fixture('lattice-v2'), changes);
const activeMQ = (changes = {}) => changed(fixture('active-mq'), changes);

describe('the same request sent again is a repeat', () => {
  it('G55: a mutation of AppSync, though token, trace and address are new', async () => {
    const call = byIdempotencyKey({ key: (event) => event.arguments.orderId });
    const again = appSync({
      'identity/claims/exp': 1_599_160_000,
      'identity/claims/iat': 1_599_156_400,
      'identity/sourceIp': ['198.51.100.7'],
      'request/headers/x-amzn-trace-id': 'Root=2',
      'request/headers/x-forwarded-for': '198.51.100.7',
    });
    expect(await verdictOf(call, appSync(), again)).toBe('a repeat');
    expect(
      await verdictOf(byIdempotencyKey({ key: () => 'k' }), appSync(), appSync({ 'arguments/orderId': 'o-2' })),
    ).toBe('another payload');
  });

  it('G55: a WebSocket message, over a new connection', async () => {
    const naming = { key: () => 'k' };
    const again = webSocket({
      'requestContext/messageId': 'S1',
      'requestContext/connectionId': 'S2',
      'requestContext/connectedAt': 1_705_751_999_999,
      'requestContext/requestId': 'S3',
      'requestContext/extendedRequestId': 'S3',
      'requestContext/requestTimeEpoch': 1_705_752_000_000,
      'requestContext/requestTime': '20/Jan/2024:12:00:00 +0000',
      'requestContext/identity/sourceIp': '198.51.100.7',
    });
    expect(await verdictOf(byIdempotencyKey(naming), webSocket(), again)).toBe('a repeat');
    const other = webSocket({ body: '{"action":"pay","amount":2}' });
    expect(await verdictOf(byIdempotencyKey(naming), webSocket(), other)).toBe('another payload');
  });

  it('G55: a request through VPC Lattice', async () => {
    const again = lattice({
      'headers/x-forwarded-for': ['10.0.0.1'],
      'requestContext/timeEpoch': '1696331549999999',
      'requestContext/identity/principal': 'arn:aws:sts::123456789012:assumed-role/Billing/renewed',
      'requestContext/identity/sessionName': 'renewed',
    });
    expect(await verdictOf(byIdempotencyKey({}), lattice(), again)).toBe('a repeat');
    expect(await verdictOf(byIdempotencyKey({}), lattice(), lattice({ body: '{"amount":2}' }))).toBe('another payload');
  });

  it('G55: a request whose stage has other variables since', async () => {
    const at = (alias: string) => changed(fixture('rest-iam'), { stageVariables: { alias } });
    expect(await verdictOf(byIdempotencyKey({ key: () => 'k' }), at('blue'), at('green'))).toBe('a repeat');
  });

  it('G55: a multipart form, with a new boundary; as text, as bytes, with quotes again', async () => {
    const first = multipart('one', 'value', 'second\r\n--two\r\n');
    expect(await verdictOf(byIdempotencyKey({}), first, multipart('three', 'value', 'second\r\n--two\r\n'))).toBe(
      'a repeat',
    );
    const sent = multipart('four', 'value', 'second\r\n--two\r\n');
    const asBytes = post('multipart/form-data; boundary=four', Buffer.from(String(sent.body)));
    expect(await verdictOf(byIdempotencyKey({}), first, asBytes)).toBe('a repeat');
    const [once, again] = ['o.n.e', 'fo:ur'].map((boundary) =>
      post(`multipart/form-data; boundary="${boundary}"`, String(multipart(boundary, 'value').body)),
    ) as [typeof first, typeof first];
    expect(await verdictOf(byIdempotencyKey({}), once, again)).toBe('a repeat');
  });

  it.each([
    ['in another spelling', 'a=1&b=x+y%C3%A9~', 'a=1&b=x%20y%C3%A9%7E'],
    ['with its fields in another order', 'a=1&b=2&a=3', 'b=2&a=1&a=3'],
  ])('G55: a form %s', async (_case, one, other) => {
    const form = (body: string) => post('application/x-www-form-urlencoded; charset=utf-8', body);
    expect(await verdictOf(byIdempotencyKey({}), form(one), form(other))).toBe('a repeat');
  });

  it.each([
    ['with its properties in another order', '{"a":1,"b":[{"c":1,"d":2}]}', '{"b":[{"d":2,"c":1}],"a":1}'],
    ['in another spelling', '{"a":"\\u0061","b":10,"c":0.1}', ' { "a" : "a", "b" : 1e1, "c" : 0.10 } '],
  ])('G55: JSON %s, as text and as bytes', async (_case, one, other) => {
    expect(await verdictOf(byIdempotencyKey({}), post('application/json', one), post('application/json', other))).toBe(
      'a repeat',
    );
    const asBytes = post('application/json', Buffer.from(other));
    expect(await verdictOf(byIdempotencyKey({}), post('application/json', one), asBytes)).toBe('a repeat');
  });
});

describe('a message of Amazon MQ that is delivered again', () => {
  const redelivered = activeMQ({ 'messages/0/redelivered': true, 'messages/0/brokerOutTime': 1_599_863_999_999 });
  const byMessage = { key: (event: { messages: { messageID: string }[] }) => event.messages[0]?.messageID };

  it.each([
    ['named by itself', {}],
    ['with a key of its own', byMessage],
  ])('G55: is a repeat, %s', async (_case, naming) => {
    expect(await verdictOf(byIdempotencyKey(naming), activeMQ(), redelivered)).toBe('a repeat');
    expect(await verdictOf(byMakeIdempotent(naming), activeMQ(), redelivered)).toBe('a repeat');
    const other = activeMQ({ 'messages/0/data': 'eyJhbW91bnQiOjJ9' });
    expect(await verdictOf(byIdempotencyKey(naming), activeMQ(), other)).toBe('another payload');
  });

  it('G55: runs again after its worker died', async () => {
    const store = memoryStore();
    let nowMs = Date.now();
    const options = { ...byMessage, store, now: () => nowMs };
    const handler = middy(() => new Promise(() => undefined)).use(idempotencyKey(options));
    void handler(activeMQ(), lambdaContext() as never);
    await new Promise((resolve) => setImmediate(resolve));
    nowMs += 7001;
    const next = middy(async () => 'paid').use(idempotencyKey(options));
    expect(await next(redelivered, lambdaContext() as never)).toBe('paid');
  });
});

describe('a body that a parser has read', () => {
  /** One deployment, with the parser on one side; the parser's place changes with the next. */
  const deployed = (parser: () => middy.MiddlewareObj, place: 'before' | 'after', store: IdempotencyStore): Guarded => {
    let runs = 0;
    const handler = middy(async () => {
      runs += 1;
      return { run: runs };
    });
    const ours = idempotencyKey({ store });
    for (const each of place === 'before' ? [parser(), ours] : [ours, parser()])
      handler.use(each as middy.MiddlewareObj);
    return (event) => handler(structuredClone(event), lambdaContext()) as Promise<unknown>;
  };

  const verdictOfMove = (
    parser: () => middy.MiddlewareObj,
    one: unknown,
    other: unknown,
    first: 'before' | 'after',
  ) => {
    const store = memoryStore();
    const [before, after] = [deployed(parser, 'before', store), deployed(parser, 'after', store)];
    const calls = first === 'before' ? [before, after] : [after, before];
    return verdictOf((event) => (calls.shift() as Guarded)(event), one, other);
  };

  const json = httpJsonBodyParser as () => middy.MiddlewareObj;
  const form = httpUrlencodeBodyParser as () => middy.MiddlewareObj;
  const jsonBody = '{"amount":1.5,"lines":[{"id":"a"},null,{}],"note":"é \\ud83c\\udf89"}';
  const formBody = 'amount=1&tag=a&tag=b+c&e=%C3%A9%26&empty=';
  const formType = 'application/x-www-form-urlencoded';

  it.each(['before', 'after'] as const)(
    'G55: is the same to a retry when the JSON parser came %s ours',
    async (first) => {
      const [text, bytes] = [post('application/json', jsonBody), post('application/json', Buffer.from(jsonBody))];
      expect(await verdictOfMove(json, text, text, first)).toBe('a repeat');
      expect(await verdictOfMove(json, bytes, bytes, first)).toBe('a repeat');
      const other = post('application/json', jsonBody.replace('1.5', '2.5'));
      expect(await verdictOfMove(json, text, other, first)).toBe('another payload');
    },
  );

  it.each(['before', 'after'] as const)(
    'G55: is the same to a retry when the form parser came %s ours',
    async (first) => {
      const [text, bytes] = [post(formType, formBody), post(formType, Buffer.from(formBody))];
      expect(await verdictOfMove(form, text, text, first)).toBe('a repeat');
      expect(await verdictOfMove(form, bytes, bytes, first)).toBe('a repeat');
      expect(await verdictOfMove(form, text, post(formType, formBody.replace('b+c', 'c')), first)).toBe(
        'another payload',
      );
    },
  );

  it.each([
    ['JSON with numbers beyond a double', json, 'application/json', '{"a":9007199254740993}'],
    ['JSON that is a single string', json, 'application/json', '"a"'],
    ['JSON that is `null`', json, 'application/json', 'null'],
    ['a form with a broken escape', form, formType, 'a=100%'],
    ['a form with a comma as it is', form, formType, 'a=1,2'],
    ['a form with a field that has no value', form, formType, 'a=1&flag'],
    ['a form whose names are paths', form, formType, 'a.b=1&a.c=2'],
    ['JSON that is called a form', form, formType, '{"a":1}=1'],
    ['a form that is no UTF-8', form, formType, 'a=%ff'],
  ])('G48: never runs again when the parser moves, but is another payload: %s', async (_what, parser, type, body) => {
    for (const first of ['before', 'after'] as const) {
      expect(await verdictOfMove(parser, post(type, body), post(type, body), first)).toBe('another payload');
    }
  });
});

describe('doubles written with 17 digits, as PHP, C and Apple’s JSONSerialization write them', () => {
  it.each([
    ['{"price":8.9000000000000004,"qty":1}', '{"qty":1,"price":8.9000000000000004}'],
    ['{"price":8.9000000000000004}', '{ "price": 8.9 }'],
    ['{"small":1.0000000000000001e-05,"b":2}', '{"b":2,"small":1e-5}'],
  ])('G300: are the doubles that they are: %s and %s', async (one, other) => {
    expect(await verdictOf(byIdempotencyKey({}), post('application/json', one), post('application/json', other))).toBe(
      'a repeat',
    );
  });

  it('G300: may be a key', async () => {
    const call = byIdempotencyKey({ key: fromBody('at') });
    const one = post('application/json', '{"at":0.10000000000000001}');
    expect(await verdictOf(call, one, one)).toBe('a repeat');
  });

  it.each([
    ['{"id":9007199254740993,"b":1}', '{"id":9007199254740992,"b":1}'],
    ['{"id":90071992547409928}', '{"id":90071992547409930}'],
    ['{"a":0.90000000000000001}', '{"a":0.90000000000000003}'],
  ])('G300: are not what doubles can’t tell apart: %s and %s', async (one, other) => {
    expect(await verdictOf(byIdempotencyKey({}), post('application/json', one), post('application/json', other))).toBe(
      'another payload',
    );
  });
});

describe('a message of RabbitMQ that comes again', () => {
  const of = (changes: Readonly<Record<string, unknown>>) =>
    changed(
      fixture('rabbit-mq'),
      Object.fromEntries(
        Object.entries(changes).map(([name, to]) => [`rmqMessagesByQueue/orders::~/0/basicProperties/${name}`, to]),
      ),
    );
  const death = { 'x-death': [{ count: 1 }], 'x-first-death-queue': { bytes: [111] } };

  it.each<[string, first: Record<string, unknown>, again: Record<string, unknown>]>([
    ['had no headers', { headers: null }, { headers: { 'x-delivery-count': 1 } }],
    ['had not even a place for headers', { headers: undefined }, { headers: { 'x-delivery-count': 1 } }],
    ['had empty headers', { headers: {} }, { headers: { 'x-delivery-count': 1, 'x-acquired-count': 1 } }],
    ['went through a dead-letter queue', { headers: null }, { headers: death, expiration: null }],
    ['lost its other routes there', { headers: { CC: ['a'], a: 1 } }, { headers: { ...death, a: 1 } }],
  ])('G55: runs after a failed run, though it %s', async (_what, first, again) => {
    expect(await verdictOf(byIdempotencyKey({}), of(first), of(again))).toBe('a repeat');
    expect(await verdictOf(byIdempotencyKey({}), of(first), of({ ...again, type: 'refund' }))).toBe('another payload');
  });

  it('G55: is another one with another header', async () => {
    const [one, other] = [1, 2].map((amount) => of({ headers: { amount } }));
    expect(await verdictOf(byIdempotencyKey({}), one, other)).toBe('another payload');
  });
});

describe('the JSON of a message, under a key of one’s own', () => {
  const webSocketOf = (body: string) => webSocket({ body });
  const sqsOf = (body: string) => ({ Records: [{ ...(fixture('sqs')['Records'] as object[])[0], body }] });

  it.each([
    ['WebSocket', webSocketOf],
    ['SQS', sqsOf],
  ])('G55: is compared by what it says: %s', async (_source, of) => {
    const verdict = (one: string, other: string) => verdictOf(byIdempotencyKey({ key: () => 'k' }), of(one), of(other));
    expect(await verdict('{"a":1,"b":2}', '{ "b": 2, "a": 1.0 }')).toBe('a repeat');
    expect(await verdict('{"a":1,"b":2}', '{"a":2,"b":2}')).toBe('another payload');
    expect(await verdict('json {"a":1}', '{"a":1}')).toBe('another payload');
    expect(await verdict('1.0', '1')).toBe('another payload');
  });
});

describe('text that is not called JSON', () => {
  it.each([
    ['', '1.10', '1.1'],
    ['', '"a"', '"\\u0061"'],
    ['text/plain', '{"v":1.10}', '{"v":1.1}'],
    ['text/plain', '{"a":1,"a":2}', '{"a":2}'],
    ['application/yaml', '[1.10]', '[1.1]'],
    ['application/octet-stream', '[1]', '[ 1 ]'],
    ['application/x-ndjson', '1.10', '1.1'],
    ['application/json-seq', '[1]', '[1 ]'],
    ['text/plain; a=application/json', '[1]', '[1 ]'],
  ])('G303: is compared as it is, whatever it looks like: %s %s', async (type, one, other) => {
    expect(await verdictOf(byIdempotencyKey({}), post(type, one), post(type, other))).toBe('another payload');
  });

  it.each([
    '',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/a+json',
    'application/x-amz-json-1.1',
  ])('G303: is compared as JSON where its type says so, or nothing does: %s', async (type) => {
    expect(await verdictOf(byIdempotencyKey({}), post(type, '{"a":1.0}'), post(type, '{ "a": 1 }'))).toBe('a repeat');
  });
});
