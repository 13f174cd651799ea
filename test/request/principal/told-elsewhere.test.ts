import httpHeaderNormalizer from '@middy/http-header-normalizer';
import { describe, expect, it } from 'vitest';
import { makeIdempotent, principalOf } from '../../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../../functions/idempotency/entries/testing.ts';
import { changed, fixture, type Sample } from '../fixture.ts';
import { behindKey, behindToken } from '../front-door.ts';

const { identity: cognito } = fixture('app-sync-cognito');
const { identity: signed } = fixture('app-sync-iam');
const { requestContext } = fixture<{ requestContext: Sample }>('http-jwt');
const { requestContext: ofRest } = fixture<{ requestContext: Sample }>('rest-iam');
const { requestContext: ofLattice } = fixture<{ requestContext: Sample }>('lattice-v2');

/** What the Serverless Framework's `integration: lambda` makes of a request: its template for JSON. */
const ofServerless = {
  body: { orderId: 'o-1' },
  method: 'POST',
  principalId: 'ann',
  stage: 'prod',
  cognitoPoolClaims: { sub: '' },
  enhancedAuthContext: {},
  headers: {},
  query: {},
  path: {},
  identity: { userArn: 'arn:aws:iam::123456789012:user/ann', sourceIp: '192.0.2.1' },
  stageVariables: {},
  requestPath: '/pay',
};

/** API Gateway's template "Method request passthrough". */
const passedThrough = {
  'body-json': { orderId: 'o-1' },
  params: { path: {}, querystring: {}, header: {} },
  'stage-variables': {},
  context: { 'account-id': '1', 'api-id': 'a', 'authorizer-principal-id': 'ann', 'request-id': 'r', user: '' },
};

describe.each<[string, Sample]>([
  ['a payload that an AppSync resolver made', { field: 'pay', arguments: { id: 1 }, identity: cognito }],
  ['the same, signed', { info: { fieldName: 'pay' }, arguments: { id: 1 }, identity: signed }],
  ['the same, without info', { arguments: { id: 1 }, identity: cognito, request: { headers: {} } }],
  ['the same, within another object', { payload: { ctx: { identity: { username: 'ann' } } } }],
  ['`integration: lambda` of the Serverless Framework', ofServerless],
  ['API Gateway’s passthrough template', passedThrough],
  ['an HTTP API’s request of which a schema has taken the path', { body: '{}', requestContext }],
  ['a REST API’s, without path', { body: '{}', httpMethod: 'POST', requestContext: ofRest }],
  ['a Lattice request without method', { path: '/pay', headers: {}, requestContext: ofLattice }],
  ['an HTTP API’s `requestContext` alone', requestContext],
  ...Object.entries({
    'a token': { jwt: { claims: { sub: 'ann' } } },
    'Cognito’s claims': { claims: { sub: 'ann' } },
    'a principal': { principalId: 'ann' },
    'a signature': { iam: { userArn: 'arn:aws:iam::1:user/ann' } },
    'what a Lambda authorizer says': { lambda: { principalId: 'ann' } },
  }).flatMap(([what, authorizer]): [string, Sample][] => [
    [`what a schema has left of a request: ${what}`, { body: {}, requestContext: { authorizer } }],
    [`what a schema has left of a context: ${what}`, { context: { authorizer } }],
  ]),
  ['what a schema has left of a request: a user id', { body: {}, requestContext: { authorizer: { userId: 'ann' } } }],
  [
    'what a schema has left of a request: a certificate',
    { requestContext: { authentication: { clientCert: { subjectDN: 'CN=ann' } } } },
  ],
  ['the environment of Hono, or Fastify’s `awsLambda`', { event: fixture('http-jwt'), lambdaContext: {} }],
  ['a load balancer’s request in another object', { event: fixture('alb-oidc') }],
  ['the headers of a load balancer’s request', { headers: { 'X-Amzn-Oidc-Identity': 'ann' }, body: '{}' }],
  ['its headers in lists', { request: { multiValueHeaders: { 'x-amzn-oidc-identity': ['ann'] } } }],
  ['a Lattice request in another object', { event: fixture('lattice-v1') }],
  ['what serverless-http makes of a load balancer’s', { ...fixture<Sample>('alb-oidc'), socket: {}, rawHeaders: [] }],
  ['what a tool of MCP’s SDK gets from nobody', { sessionId: 's', requestInfo: { headers: { authorization: 'a' } } }],
  ['what a tool of MCP’s SDK gets', { requestId: 1, authInfo: { token: 't', clientId: 'ann', scopes: [] } }],
  ['a framework’s request in another object', { c: { req: { raw: new Request('https://a.example') } } }],
])('G80: an event that tells who called, but in a form that is not known: %s', (_what, event) => {
  it('is refused by `principalOf`, with the cure', () => {
    expect(() => principalOf(event)).toThrow(TypeError);
    expect(() => principalOf(event)).toThrow(/the event that Lambda was given.*option `scope`/);
  });

  it('is refused by every middleware, unless `scope` names the caller', async () => {
    const { call, runs } = behindKey({ key: () => 'k', fingerprint: () => 'same' });
    expect(await call(event)).toEqual({ error: expect.stringContaining('`scope`') });
    const token = await behindToken({}, { token: () => 't' });
    expect(await token.call(event)).toEqual({ error: expect.stringContaining('`scope`') });
    expect(runs() + token.runs()).toBe(0);
    const scoped = behindKey({ key: () => 'k', fingerprint: () => 'same', scope: () => 'ann' });
    expect(await scoped.call(event)).toEqual({ run: 1 });
  });

  it.each<[string, (given: unknown) => unknown[]]>([
    ['first', (given) => [given]],
    ['second', (given) => [{ id: 'o-1' }, given]],
    ['within', (given) => [{ id: 'o-1', given }]],
  ])('needs a `scope` under `makeIdempotent` with a `key`, whatever is compared: %s', async (_place, args) => {
    for (const fingerprint of [{}, { fingerprint: () => 'same' }]) {
      const options = {
        name: 'pay',
        namespace: 'n',
        store: memoryStore(),
        leaseMs: 1000,
        key: () => 'k',
        ...fingerprint,
      };
      const pay = makeIdempotent(async (..._given: unknown[]) => 'paid', options);
      await expect(pay(...args(event))).rejects.toThrow('pay has a `key` but no `scope`');
    }
  });
});

it.each(['alb-oidc', 'alb-multi-value', 'lattice-v1', 'lattice-v2'])(
  'G80: a request without the headers in which its caller may be named is refused: %s',
  async (name) => {
    const event = { ...fixture(name), headers: undefined, multiValueHeaders: undefined };
    expect(() => principalOf(event)).toThrow(/headers.*after the guard.*`scope`/);
    expect(await behindKey({ key: () => 'k' }).call(event)).toEqual({ error: expect.stringContaining('headers') });
  },
);

it.each(['alb-oidc', 'alb-mtls', 'lattice-v1'])(
  'G80: so is one whose headers Middy’s normalizer has renamed, or a schema has taken in part: %s',
  async (name) => {
    const event = structuredClone(fixture(name));
    httpHeaderNormalizer({
      normalizeHeaderKey: (key) => key.replace(/-(.)/g, (_dash, letter) => letter.toUpperCase()),
    }).before?.({ event } as never);
    expect(Object.keys(event['headers'] as object)).toContain('idempotencyKey');
    expect(() => principalOf(event)).toThrow(/headers.*after the guard.*`scope`/);
    expect(() => principalOf({ ...event, headers: { 'idempotency-key': 'k' } })).toThrow(/headers.*after the guard/);
  },
);

const lattice1 = fixture<{ headers: Sample; raw_path: string }>('lattice-v1');
const lattice2 = fixture<{ requestContext: Sample }>('lattice-v2');
const loggedIn = fixture<{ requestContext: Sample }>('http-jwt');
const elb = { targetGroupArn: 'arn' };

it.each<[what: string, event: object]>([
  [
    'format 1.0 of Lattice as a load balancer’s',
    { headers: lattice1.headers, httpMethod: 'POST', path: lattice1.raw_path, requestContext: { elb } },
  ],
  [
    'format 2.0 of Lattice as a REST API’s',
    {
      ...lattice2,
      method: undefined,
      httpMethod: 'POST',
      requestContext: { ...lattice2.requestContext, requestId: 'r', identity: { sourceIp: '192.0.2.1' } },
    },
  ],
  ['an HTTP API’s as a load balancer’s', { ...loggedIn, requestContext: { ...loggedIn.requestContext, elb } }],
  ['an HTTP API’s as one of Lattice', { ...loggedIn, method: 'POST', raw_path: '/pay' }],
])('G80: a request that was given the form of another service is refused: %s', async (_what, event) => {
  expect(() => principalOf(event)).toThrow(/several services.*after the guard.*`scope`/);
});

const inFront: Readonly<Record<string, string>> = {
  'X-Amzn-Ava-User-Context': 'e30.eyJzdWIiOiJhbm4ifQ.c2ln',
  'CloudFront-Viewer-Cert-Subject': 'CN=ann',
  'CloudFront-Viewer-Cert-Sha256': '01fb',
  'Client-Cert': ':MIIB:',
};

describe.each(Object.entries(inFront))(
  'G80: a caller whom a service in front has named by the header %s',
  (name, value) => {
    it.each([
      'alb-oidc',
      'alb-multi-value',
      'http-jwt',
      'rest-iam',
      'url-iam',
      'url-none',
      'http-v1-format',
      'lattice-v1',
      'lattice-v2',
    ])('is refused, also in another object, unless `scope` says who it is: %s', async (service) => {
      const sample = fixture<Sample>(service);
      const place = sample['multiValueHeaders'] ? 'multiValueHeaders' : 'headers';
      const said = service === 'lattice-v2' || place === 'multiValueHeaders' ? [value] : value;
      const event = { ...sample, [place]: { ...(sample[place] as object), [name]: said } };
      expect(() => principalOf(event)).toThrow(`The header ${name} names a caller`);
      expect(() => principalOf({ event })).toThrow('`scope`');
      const { call } = behindKey({ key: () => 'k', scope: () => 'ann' });
      expect(await call(event)).toEqual({ run: 1 });
    });
  },
);

it('a viewer without a certificate, which CloudFront says, is named as ever', () => {
  const event = fixture<{ headers: object }>('http-jwt');
  const said = { ...event, headers: { ...event.headers, 'cloudfront-viewer-cert-present': '0' } };
  expect(principalOf(said)).toEqual(principalOf(event));
});

it('G80: a promise of an event is refused, since it tells nothing yet', () => {
  expect(() => principalOf(Promise.resolve(fixture('http-jwt')))).toThrow('await');
});

it.each<[string, unknown]>([
  ['a direct Invoke', { orderId: 'o-1', payer: { name: 'Ann', identity: { document: 'L898902C' } } }],
  ['an order in which the client names an `identity` of no caller', { identity: null, authorizer: 'Bob' }],
  ['a resolver’s payload of an AppSync API with an API key', { field: 'pay', arguments: {}, identity: null }],
  ['a message in an event', { ...fixture<Sample>('eventbridge'), detail: { identity: cognito } }],
  ['a batch', fixture('s3')],
  [
    'a step that gets the request that began its workflow',
    { ...fixture<Sample>('step-functions'), event: fixture('rest-iam') },
  ],
  ['a payload that names the caller as it likes', { field: 'pay', by: 'ann' }],
])('is of nobody: %s', (_what, event) => {
  expect(principalOf(event)).toBe('anonymous');
});

it.each(['app-sync-cognito', 'web-socket-authorizer'] as const)(
  'G80: requests that somebody has put into `Records` are refused, and count whole: %s',
  async (name) => {
    const batchOf = (caller: string) => ({
      Records: [
        changed(
          fixture(name),
          name === 'web-socket-authorizer'
            ? { 'requestContext/authorizer': { principalId: caller } }
            : { 'identity/sub': caller },
        ),
      ],
    });
    expect(() => principalOf(batchOf('ann'))).toThrow('`scope`');
    const { call } = behindKey({ key: () => 'k', scope: () => 'shop' });
    expect(await call(batchOf('ann'))).toEqual({ run: 1 });
    expect(await call(batchOf('ann'))).toEqual({ run: 1 });
    expect(await call(batchOf('bob'))).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  },
);

it('G80: records of several sources, or of none, that tell of no caller are of nobody', () => {
  const records = ['sqs', 's3'].flatMap((name) => fixture<{ Records: object[] }>(name).Records);
  expect(principalOf({ Records: records })).toBe('anonymous');
  expect(principalOf({ Records: [{ orderId: 'o-1' }] })).toBe('anonymous');
});

it('G80: looks no further than a thousand objects, calls no getter, and passes over what can’t be read', () => {
  const teller = { identity: { sub: 'ann' } };
  const wide = (count: number) => ({ orders: [...Array.from({ length: count }, () => ({})), teller] });
  expect(() => principalOf(wide(900))).toThrow('`scope`');
  expect(principalOf(wide(1000))).toBe('anonymous');
  let calls = 0;
  const getter = {
    get identity() {
      calls += 1;
      return teller.identity;
    },
  };
  const unreadable = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );
  expect(principalOf({ unreadable, getter })).toBe('anonymous');
  expect(() => principalOf({ unreadable, teller })).toThrow('`scope`');
  expect(calls).toBe(0);
});
