import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  fromHeader,
  fromPath,
  fromQuery,
  idempotencyKey,
  principalOf,
} from '../../functions/idempotency/entries/main.ts';
import { fixture } from '../request/fixture.ts';
import { anyEngine, openDatabase } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const database = openDatabase(anyEngine());

const restEvent = (overrides: Record<string, unknown> = {}) => ({
  resource: '/orders/{orderId}',
  path: '/orders/1',
  httpMethod: 'POST',
  headers: { 'Idempotency-Key': 'k-1' },
  multiValueHeaders: { 'Idempotency-Key': ['k-1'] },
  queryStringParameters: { a: '2' },
  multiValueQueryStringParameters: { a: ['1', '2'] },
  pathParameters: { orderId: '1' },
  requestContext: {
    resourcePath: '/orders/{orderId}',
    httpMethod: 'POST',
    authorizer: null,
    identity: {},
    requestId: 'r',
  },
  body: '{"amount":1}',
  isBase64Encoded: false,
  ...overrides,
});

const albEvent = (overrides: Record<string, unknown> = {}) => ({
  requestContext: { elb: { targetGroupArn: 'arn' } },
  httpMethod: 'POST',
  path: '/orders/1',
  queryStringParameters: {},
  headers: { 'idempotency-key': 'k-1', 'x-forwarded-proto': 'https' },
  body: '{"amount":1}',
  isBase64Encoded: false,
  ...overrides,
});

const protect = async () => {
  const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client });
  let runs = 0;
  const handler = middy(async () => {
    runs += 1;
    return { statusCode: 201, headers: { etag: 'x' }, body: 'made' };
  }).use(idempotencyKey({ tellRetention: false, store }));
  return { call: (event: unknown) => handler(event as never, lambdaContext() as never), runs: () => runs };
};

describe('every kind of HTTP event', () => {
  const functionUrlEvent = { ...httpApiEvent({ headers: { 'Idempotency-Key': 'k-1' } }), routeKey: '$default' };
  it.each([
    ['REST API', restEvent()],
    ['HTTP API, payload format 1.0', restEvent({ version: '1.0' })],
    ['HTTP API, payload format 2.0', httpApiEvent({ headers: { 'idempotency-key': 'k-1' } })],
    ['function URL', functionUrlEvent],
    ['load balancer', albEvent()],
  ])('is answered and replayed (%s)', async (_name, event) => {
    const { call, runs } = await protect();
    expect(await call(event)).toEqual({ statusCode: 201, headers: { etag: 'x' }, body: 'made' });
    expect(await call(event)).toEqual({
      statusCode: 201,
      headers: { etag: 'x', 'idempotent-replayed': 'true' },
      body: 'made',
    });
    expect(runs()).toBe(1);
  });

  it('of a load balancer with multi-value headers is answered with such', async () => {
    const { call } = await protect();
    const event = albEvent({
      headers: undefined,
      multiValueHeaders: { 'idempotency-key': [], 'x-forwarded-proto': ['https'] },
    });
    expect(await call(event)).toMatchObject({
      statusCode: 400,
      multiValueHeaders: { 'content-type': ['application/problem+json'] },
    });
  });

  it('compares base64 and plain bodies by what they say', async () => {
    const { call, runs } = await protect();
    await call(restEvent({ body: '{"a":1,"b":"é"}' }));
    const encoded = Buffer.from('{"b":"é", "a":1}').toString('base64');
    expect(await call(restEvent({ body: encoded, isBase64Encoded: true }))).toMatchObject({ statusCode: 201 });
    const bytes = Buffer.from([0xff, 0xfe]).toString('base64');
    expect(await call(restEvent({ body: bytes, isBase64Encoded: true }))).toMatchObject({ statusCode: 422 });
    expect(runs()).toBe(1);
  });

  it('compares a body that a middleware has parsed already', async () => {
    const { call, runs } = await protect();
    await call(restEvent({ body: { a: 1, b: 2 } }));
    expect(await call(restEvent({ body: { b: 2, a: 1 } }))).toMatchObject({ statusCode: 201 });
    expect(await call(restEvent({ body: { b: 2, a: 2 } }))).toMatchObject({ statusCode: 422 });
    expect(runs()).toBe(1);
  });

  it('keeps routes apart', async () => {
    const { call, runs } = await protect();
    await call(restEvent());
    await call(restEvent({ resource: '/refunds/{orderId}' }));
    await call(restEvent({ httpMethod: 'PUT' }));
    expect(runs()).toBe(3);
  });
});

describe('key sources', () => {
  const context = lambdaContext();

  it('find a header in any case, and refuse it when repeated with different values', () => {
    const source = fromHeader('X-Request');
    expect(source(restEvent({ multiValueHeaders: null, headers: { 'x-REQUEST': 'a' } }), context)).toBe('a');
    const sent = (values: string[]) =>
      restEvent({ headers: { 'X-Request': values.at(-1) ?? '' }, multiValueHeaders: { 'X-Request': values } });
    expect(source(sent(['a', 'a']), context)).toBe('a');
    expect(source(restEvent(), context)).toBeUndefined();
    expect(source({ not: 'http' }, context)).toBeUndefined();
    expect(() => source(sent(['a', 'b']), context)).toThrow('more than once');
  });

  it('read path and query, every value of a repeated parameter', () => {
    expect(fromPath('orderId')(restEvent(), context)).toEqual(['1']);
    expect(fromQuery('a', 'b')(restEvent(), context)).toEqual([['1', '2'], undefined]);
    expect(fromQuery('a')(httpApiEvent({ query: { a: 'x y' } }), context)).toEqual(['x y']);
    expect(fromQuery('constructor', '__proto__')(restEvent(), context)).toEqual([undefined, undefined]);
    expect(fromPath('constructor')(restEvent(), context)).toEqual([undefined]);
  });
});

describe('the principal', () => {
  const of = (authorizer: unknown) => principalOf(httpApiEvent({ authorizer: authorizer as Record<string, unknown> }));
  const ofRest = (said: object) =>
    principalOf(restEvent({ requestContext: { requestId: 'r', identity: {}, ...said } }));

  it('is who the authorizer says, each kind apart from the others', () => {
    const principals = [
      principalOf({ plain: true }),
      of({ jwt: { claims: { iss: 'a', sub: 'x' } } }),
      of({ jwt: { claims: { iss: 'b', sub: 'x' } } }),
      of({ iam: { userArn: 'x' } }),
      of({ lambda: { principalId: 'x' } }),
      ofRest({ identity: { cognitoIdentityId: 'x' } }),
      principalOf(fixture('alb-oidc')),
    ];
    expect(new Set(principals.map((principal) => JSON.stringify(principal))).size).toBe(principals.length);
    expect(principals[0]).toBe('anonymous');
  });

  it('is the same for REST and HTTP APIs', () => {
    expect(ofRest({ authorizer: { claims: { iss: 'a', sub: 'x' } } })).toEqual(
      of({ jwt: { claims: { iss: 'a', sub: 'x' } } }),
    );
    expect(ofRest({ authorizer: { principalId: 'x' } })).toEqual(of({ lambda: { principalId: 'x' } }));
    expect(ofRest({ identity: { userArn: 'x' } })).toEqual(of({ iam: { userArn: 'x' } }));
  });

  it('is refused where an authorizer tells nobody apart', () => {
    expect(() => of({ lambda: { tier: 'gold' } })).toThrow('`scope`');
  });

  it('is not taken from a header that any client can send to API Gateway', () => {
    expect(principalOf(httpApiEvent({ headers: { 'x-amzn-oidc-identity': 'x' } }))).toBe('anonymous');
  });
});
