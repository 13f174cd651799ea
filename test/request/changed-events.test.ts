import { afterEach, describe, expect, it } from 'vitest';
import { makeIdempotent } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { changed, fixture, type Sample } from './fixture.ts';
import { behindKey, type Outcome, wrapped } from './front-door.ts';

/** What two events come to, one after the other, at a function that both are sent to under one key. */
const outcomes = async (one: unknown, other: unknown, { call } = behindKey({ key: () => 'k' })): Promise<Outcome[]> => [
  await call(one),
  await call(other),
];

const repeat = [{ run: 1 }, { run: 1 }];
const mismatch = [{ run: 1 }, { code: 'PAYLOAD_MISMATCH' }];

/** As Effect’s `Redacted`, which tells nobody what it holds. */
class Redacted {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toJSON() {
    return `<redacted ${typeof this.#text}>`;
  }
}

/** As TypeScript and esbuild compile private fields for ES2021. */
const amounts = new WeakMap<object, number>();
class Money {
  readonly currency = 'EUR';
  constructor(amount: number) {
    amounts.set(this, amount);
  }
}

/** As `moment.parseZone`, whose JSON lacks the offset that the handler books by. */
class Zoned {
  readonly at: string;
  constructor(at: string) {
    this.at = at;
  }
  toJSON() {
    return new Date(this.at).toISOString();
  }
}

const entrances: [entrance: string, (part: unknown) => Sample][] = [
  ['the body of an HTTP API', (part) => changed(fixture('http-jwt'), { body: { part } })],
  ['the body of a REST API', (part) => changed(fixture('rest-iam'), { body: [part] })],
  ['a query parameter', (part) => changed(fixture('rest-iam'), { queryStringParameters: { part } })],
  ['the body of a message', (part) => changed(fixture('sqs'), { 'Records/0/body': { part } })],
  ['the detail of an event', (part) => changed(fixture('eventbridge'), { detail: { part } })],
  ['a direct Invoke', (part) => ({ order: { part } })],
];

describe.each(entrances)('a parser before the guard has made an instance of a part of %s', (_entrance, event) => {
  it.each([
    ['whose `toJSON` hides it', (text: string) => new Redacted(text)],
    [
      'whose `toJSON` loses something',
      (text: string) => new Zoned(`2026-11-27T00:00:00${text === 'a' ? 'Z' : '+00:00'}`),
    ],
    ['whose private fields are in a WeakMap', (text: string) => new Money(text === 'a' ? 5 : 5000)],
    ['of a subclass of Date', (text: string) => new (class extends Date {})(text === 'a' ? 0 : 1)],
  ])('G340: %s: it is refused by its path', async (_what, made) => {
    for (const text of ['a', 'b']) {
      const { call, runs } = behindKey({ key: () => 'k' });
      const refusal = { code: 'ILLEGAL_ARGUMENT', message: expect.stringMatching(/\bevent\b.*(part|\[0\]) is an? /) };
      expect(await call(event(made(text)))).toMatchObject(refusal);
      expect(runs()).toBe(0);
    }
  });

  it.each([
    ['a date', new Date(1), new Date(2)],
    ['a URL', new URL('https://a.example'), new URL('https://b.example')],
    ['bytes', Buffer.from('a'), Buffer.from('b')],
    ['a bigint', 1n, 2n],
  ])('G340: %s counts by what it is', async (_what, one, other) => {
    expect(await outcomes(event(one), event(structuredCopy(one)))).toEqual(repeat);
    expect(await outcomes(event(one), event(other))).toMatchObject(mismatch);
  });
});

const structuredCopy = (value: unknown): unknown => {
  if (value instanceof URL) return new URL(value);
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return structuredClone(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, structuredCopy(part)]));
};

it.each<[what: string, one: object, other: object]>([
  ['a date and its text', { due: new Date(0) }, { due: new Date(0).toJSON() }],
  ['an invalid date and nothing', { due: new Date(Number.NaN) }, { due: null }],
  ['a URL and its text', { to: new URL('https://a.example') }, { to: 'https://a.example/' }],
  ['`undefined` and nothing', { due: undefined }, {}],
])('G340: a parser before the guard has made %s: they are two', async (_what, one, other) => {
  const sent = (body: object) => changed(fixture('http-jwt'), { body });
  expect(await outcomes(sent(one), sent(other))).toMatchObject(mismatch);
  expect(await outcomes(sent(one), sent(structuredCopy(one) as object))).toEqual(repeat);
});

describe('a program has given all lists or objects a `toJSON`', () => {
  const patched = <Made>(prototype: object, toJSON: () => unknown, made: () => Promise<Made>): Promise<Made> => {
    Object.defineProperty(prototype, 'toJSON', { value: toJSON, configurable: true });
    return made().finally(() => delete (prototype as { toJSON?: unknown }).toJSON);
  };
  afterEach(() => {
    expect('toJSON' in []).toBe(false);
  });

  const jwt = (sub: string) => changed(fixture('http-jwt'), { 'requestContext/authorizer/jwt/claims/sub': sub });
  const lost: [what: string, prototype: object, toJSON: () => unknown][] = [
    [
      'lists as CSV',
      Array.prototype,
      function (this: unknown[]) {
        return this.join(',');
      },
    ],
    [
      'lists by their length',
      Array.prototype,
      function (this: unknown[]) {
        return this.length;
      },
    ],
    [
      'objects without personal data',
      Object.prototype,
      function (this: object) {
        return { ...this, sub: '***' };
      },
    ],
  ];

  it.each(lost)('G54: two callers have two records: %s', async (_what, prototype, toJSON) => {
    const run = () => outcomes(jwt('alice'), jwt('bob'), behindKey());
    expect(await patched(prototype, toJSON, run)).toMatchObject([{ run: 1 }, { run: 2 }]);
  });

  it.each(lost)('G54: two keys are two: %s', async (_what, prototype, toJSON) => {
    const keys = [['a,b'], ['a', 'b'], [{ sub: 1 }], [{ sub: 2 }]];
    const { call } = behindKey({ key: (event) => keys[event.n], scope: () => 'all', fingerprint: () => 'one' });
    const run = async () => [await call({ n: 0 }), await call({ n: 1 }), await call({ n: 2 }), await call({ n: 3 })];
    expect(await patched(prototype, toJSON, run)).toMatchObject([{ run: 1 }, { run: 2 }, { run: 3 }, { run: 4 }]);
  });

  it.each(lost)('G48: two arguments, and two bodies, are two: %s', async (_what, prototype, toJSON) => {
    const args = () => outcomes({ items: ['a,b'], sub: 1 }, { items: ['a', 'b'], sub: 2 }, wrapped({ key: () => 'k' }));
    expect(await patched(prototype, toJSON, args)).toMatchObject(mismatch);
    const sent = (body: unknown) => changed(fixture('http-jwt'), { body });
    const parsed = () => outcomes(sent({ to: ['a,b'], sub: 1 }), sent({ to: ['c', 'd'], sub: 2 }));
    expect(await patched(prototype, toJSON, parsed)).toMatchObject(mismatch);
    const texts = () => outcomes(sent('{"to":["a,b"]}'), sent('{"to":["c","d"]}'));
    expect(await patched(prototype, toJSON, texts)).toMatchObject(mismatch);
  });
});

it.each([
  ['numbers of other sizes', new Uint16Array([258, 772]), new Uint8Array([2, 1, 4, 3])],
  ['numbers of another kind', new Float32Array([1]), new Uint32Array([1_065_353_216])],
  ['bytes and text', 'ab', Buffer.from('ab')],
])('G340: a parser before the guard has made %s of a body', async (_what, one, other) => {
  const sent = (body: unknown) => changed(fixture('http-jwt'), { 'headers/content-type': 'application/cbor', body });
  expect(await outcomes(sent(one), sent(other))).toMatchObject(mismatch);
  expect(await outcomes(sent(other), sent(structuredCopy(other)))).toEqual(repeat);
});

it.each([
  ['a Map', (request: object) => new Map([['request', request]])],
  ['a Map in an object', (request: object) => ({ store: new Map([[request, 'request']]) })],
  ['a Set', (request: object) => new Set([request])],
])('G80: a request in %s among the arguments needs a scope', async (_what, holding) => {
  const pay = makeIdempotent(async (order: { id: number }, _store: object) => order.id, {
    name: 'pay',
    namespace: 'n',
    leaseMs: 1000,
    store: memoryStore(),
    key: (order) => order.id,
    fingerprint: (order) => order,
  });
  const call = pay({ id: 1 }, holding(fixture('http-jwt')));
  await expect(call).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT', message: expect.stringContaining('`scope`') });
});

it.each([
  [
    'form',
    (sent: string) =>
      changed(fixture('http-jwt'), { 'headers/content-type': 'application/x-www-form-urlencoded', body: sent }),
  ],
  ['query', (sent: string) => changed(fixture('http-jwt'), { rawQueryString: sent, queryStringParameters: {} })],
])(
  'G48: what says the charset of a %s in other letters than some readers look for counts as it was sent',
  async (_place, event) => {
    const [upper, lower] = ['utf8=%E2%9C%93&payee=M%C3%BCller', 'utf8=%e2%9c%93&payee=M%C3%BCller'].map(event);
    expect(await outcomes(upper, lower)).toMatchObject(mismatch);
  },
);

describe('a field that AWS writes as text is something else', () => {
  const inPlace = [
    new URLSearchParams('a=1'),
    new Map([['a', 1]]),
    { a: 1 },
    ['a'],
    new URL('https://a.example'),
    5,
    true,
  ];
  const places: [sample: string, ...paths: string[]][] = [
    ['http-jwt', 'rawQueryString', 'routeKey', 'requestContext/http/method', 'requestContext/http/path'],
    [
      'http-jwt',
      'requestContext/domainName',
      'requestContext/routeKey',
      'requestContext/stage',
      'requestContext/apiId',
    ],
    [
      'http-jwt',
      'httpMethod',
      'path',
      'requestPath',
      'multiValueQueryStringParameters',
      'raw_path',
      'query_string_parameters',
    ],
    ['rest-iam', 'resource', 'requestContext/path', 'requestContext/httpMethod', 'requestContext/resourcePath'],
    ['rest-iam', 'rawPath', 'rawQueryString', 'requestPath', 'method'],
    ['lattice-v2', 'raw_path', 'query_string_parameters', 'httpMethod', 'rawPath'],
  ];
  it.each(places.flatMap(([sample, ...paths]) => paths.map((path) => [sample, path] as const)))(
    'G340: %s: %s is refused, or counts',
    async (sample, path) => {
      const sent = fixture(sample);
      for (const value of inPlace) {
        const [, other] = await outcomes(sent, changed(fixture(sample), { [path]: value }));
        expect([value, other]).not.toEqual([value, { run: 1 }]);
      }
    },
  );

  it.each([
    ['http-jwt', 'requestContext/http/path'],
    ['http-jwt', 'requestContext/routeKey'],
    ['http-iam', 'requestContext/authorizer/iam'],
    ['rest-iam', 'requestContext/resourcePath'],
    ['rest-iam', 'resource'],
    ['kafka-self-managed', 'bootstrapServers'],
    ['kafka-self-managed', 'records/orders-0/0/topic'],
  ])('G340: %s: two values of another kind at %s are never one', async (sample, path) => {
    const pairs = [
      ['x1', 'x2'],
      [1, 2],
      [['a'], ['b']],
      [{ a: 1 }, { a: 2 }],
      [new Map([[1, 1]]), new Map([[1, 2]])],
      [new URL('https://a.example'), new URL('https://b.example')],
    ];
    for (const pair of pairs) {
      const [one, other] = await outcomes(
        ...(pair.map((to) => changed(fixture(sample), { [path]: to })) as [Sample, Sample]),
      );
      expect([pair, one, other]).not.toEqual([pair, { run: 1 }, { run: 1 }]);
    }
  });

  it('G340: `requestContext.http` that is no plain object is refused', async () => {
    for (const http of [5, 'POST', new Map([['method', 'POST']]), new URL('https://a.example')])
      expect(await outcomes(changed(fixture('http-jwt'), { 'requestContext/http': http }), {})).toMatchObject([
        { code: 'ILLEGAL_ARGUMENT', message: expect.stringContaining('event.requestContext.http is no plain object') },
        {},
      ]);
  });

  it.each(['true', 1, {}, 'false'])('G340: isBase64Encoded: %o is refused', async (mark) => {
    for (const sample of ['http-jwt', 'rest-iam', 'web-socket-iam']) {
      const event = changed(fixture(sample), { body: 'SGVsbG8=', isBase64Encoded: mark });
      const [refusal] = await outcomes(event, event);
      expect(refusal).toMatchObject({
        code: 'ILLEGAL_ARGUMENT',
        message: expect.stringContaining('event.isBase64Encoded is not `true` or `false`'),
      });
    }
  });

  it.each([
    [
      'lattice-v1',
      'headers/x-amzn-lattice-identity',
      { Principal: 'arn:aws:iam::111122223333:role/a', Type: 'AWS_IAM' },
    ],
    ['alb-mtls', 'headers/x-amzn-mtls-clientcert-subject', { CN: 'a' }],
    ['alb-oidc', 'headers/x-amzn-oidc-identity', { sub: 'a' }],
  ])('G80: %s: %s', async (sample, path, value) => {
    const [refusal] = await outcomes(changed(fixture(sample), { [path]: value }), undefined);
    expect(refusal).toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringMatching(/The header x-amzn-.* is not text/),
    });
  });
});

it.each(['contentType', 'content_type', 'ContentType'])('G340: a content type renamed to %s counts', async (name) => {
  const sent = (type: string, body: string) => {
    const { 'content-type': _renamed, ...headers } = fixture<{ headers: Sample }>('http-jwt').headers;
    return changed(fixture('http-jwt'), { headers: { ...headers, [name]: type }, body });
  };
  expect(await outcomes(sent('text/plain', '{"a":1.0}'), sent('text/plain', '{"a":1}'))).toMatchObject(mismatch);
  expect(await outcomes(sent('text/plain', '{"a":1}'), sent('application/json', '{"a":1}'))).toMatchObject(mismatch);
  // Readers that don't find it take the body for text.
  expect(await outcomes(sent('application/json', '1.10'), sent('application/json', '1.1'))).toMatchObject(mismatch);
  expect(await outcomes(sent('application/json', '{"a":1}'), sent('application/json', '{"a":1}'))).toEqual(repeat);
});
