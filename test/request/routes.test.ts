import middy, { type MiddlewareObj } from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  combine,
  fromBody,
  fromHeader,
  fromPath,
  type IdempotentContext,
  idempotencyKey,
  principalOf,
  routeOf,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { changed, fixture, type Sample } from './fixture.ts';
import { behindKey } from './front-door.ts';

/** A REST API's request, called by a URL. */
const rest = (host: string, path: string, more: Readonly<Record<string, unknown>> = {}): Sample =>
  changed(fixture('rest-iam'), { 'requestContext/domainName': host, 'requestContext/path': path, ...more });

const http = (changes: Readonly<Record<string, unknown>> = {}): Sample => changed(fixture('http-jwt'), changes);

const awsHost = 'abcdef1234.execute-api.us-east-1.amazonaws.com';

describe('G83: one key on two routes of one function is two operations:', () => {
  it.each([
    ['stages of a REST API', rest(awsHost, '/prod/orders/1'), rest(awsHost, '/test/orders/1')],
    [
      'stages of an HTTP API',
      http({ 'requestContext/stage': 'prod' }),
      http({ 'requestContext/stage': 'test', rawPath: '/test/orders/1' }),
    ],
    [
      'a stage of an HTTP API, and a path of the stage $default that begins with its name',
      http({ 'requestContext/stage': 'prod', rawPath: '/prod/orders/1' }),
      http({ 'requestContext/routeKey': 'POST /prod/orders/{id}', rawPath: '/prod/orders/1' }),
    ],
    [
      'private APIs behind the name of one VPC endpoint',
      rest('vpce-1-x.execute-api.us-east-1.vpce.amazonaws.com', '/prod/orders/1'),
      rest('vpce-1-x.execute-api.us-east-1.vpce.amazonaws.com', '/prod/orders/1', {
        'requestContext/apiId': 'another',
      }),
    ],
    [
      'APIs that the console of API Gateway tests, all by one name',
      rest('testPrefix.testDomainName', '/orders/1', { 'requestContext/stage': 'test-invoke-stage' }),
      rest('testPrefix.testDomainName', '/orders/1', {
        'requestContext/stage': 'test-invoke-stage',
        'requestContext/apiId': 'another',
      }),
    ],
    ['base paths of a domain name', rest('api.example.com', '/a/orders/1'), rest('api.example.com', '/b/orders/1')],
    ['two tenants’ domain names', rest('one.example.com', '/orders/1'), rest('two.example.com', '/orders/1')],
    ['two tenants’ domain names of an HTTP API', http(), http({ 'requestContext/domainName': 'two.example.com' })],
    [
      'hosts of a load balancer',
      fixture('alb-oidc'),
      changed(fixture('alb-oidc'), { 'headers/host': 'two.example.com' }),
    ],
    ['methods', rest(awsHost, '/prod/orders/1'), rest(awsHost, '/prod/orders/1', { httpMethod: 'PUT' })],
    ['paths of a function URL', fixture('url-iam'), changed(fixture('url-iam'), { rawPath: '/refunds/1' })],
  ])('%s', async (_case, one, other) => {
    const { call } = behindKey();
    expect(await call(one)).toEqual({ run: 1 });
    expect(await call(other)).toEqual({ run: 2 });
  });

  it.each(['app-sync-cognito', 'app-sync-events', 'web-socket-iam'])('%s', async (name) => {
    const field = { 'info/fieldName': 'refundOrder' };
    const channel = { 'info/channel/path': '/refunds/o-1' };
    const route = { 'requestContext/routeKey': 'refund' };
    const other = name === 'app-sync-events' ? channel : name === 'web-socket-iam' ? route : field;
    const { call } = behindKey({ key: () => 'k-1' });
    expect(await call(fixture(name))).toEqual({ run: 1 });
    expect(await call(changed(fixture(name), other))).toEqual({ run: 2 });
  });
});

describe('a request to one URL', () => {
  /** As AWS's ids are in the other Region, or after the API was deployed anew. */
  const moved = { 'requestContext/apiId': 'another', 'requestContext/accountId': '210987654321' };

  it.each([
    ['an HTTP API', http(), http(moved)],
    [
      'a REST API',
      rest('api.example.com', '/v1/orders/1'),
      rest('api.example.com', '/v1/orders/1', {
        ...moved,
        'requestContext/stage': 'eu',
        'requestContext/resourceId': 'x',
      }),
    ],
    [
      'a load balancer',
      fixture('alb-oidc'),
      changed(fixture('alb-oidc'), { 'requestContext/elb/targetGroupArn': 'another' }),
    ],
    [
      'VPC Lattice',
      fixture('lattice-v2'),
      changed(fixture('lattice-v2'), { 'requestContext/serviceArn': 'another', 'requestContext/region': 'eu-west-1' }),
    ],
  ])('G82: is one operation in two Regions, and after a new API: %s', async (_case, here, there) => {
    const { call } = behindKey();
    expect(await call(here)).toEqual({ run: 1 });
    expect(await call(there)).toEqual({ run: 1 });
  });

  it('G82: is one operation in two Regions: a message of a WebSocket API', async () => {
    const { call } = behindKey({ key: () => 'k-1' });
    expect(await call(fixture('web-socket-iam'))).toEqual({ run: 1 });
    expect(await call(changed(fixture('web-socket-iam'), moved))).toEqual({ run: 1 });
  });

  it('G82: derives the same keys for providers in two Regions that share no table', async () => {
    const derived = async (event: unknown) => {
      const handler = middy(async (_event: unknown, { idempotency }: IdempotentContext) =>
        idempotency.deriveKey('charge'),
      );
      return handler.use(idempotencyKey({ store: memoryStore() }))(event, lambdaContext() as IdempotentContext);
    };
    expect(await derived(http(moved))).toBe(await derived(http()));
    expect(await derived(http({ 'requestContext/domainName': 'two.example.com' }))).not.toBe(await derived(http()));
  });

  it('G82: is one operation behind two names, if `scope` says so by `host`', async () => {
    const { call } = behindKey({
      scope: (event) => [principalOf(event), routeOf(event, { host: 'shop.example.com' })],
    });
    expect(await call(http({ 'requestContext/domainName': 'eu.example.com' }))).toEqual({ run: 1 });
    expect(await call(http({ 'requestContext/domainName': 'us.example.com' }))).toEqual({ run: 1 });
  });

  it('is one operation for all ids on the route, so that the same key for another id is refused', async () => {
    const { call } = behindKey();
    await call(http());
    expect(await call(http({ rawPath: '/orders/2', pathParameters: { id: '2' } }))).toMatchObject({
      code: 'PAYLOAD_MISMATCH',
    });
  });
});

describe('a fingerprint of your own', () => {
  const order = (id: string) =>
    httpApiEvent({
      path: `/orders/${id}`,
      routeKey: 'POST /orders/{id}',
      pathParameters: { id },
      headers: { 'idempotency-key': 'k' },
    });

  it('leaves the path out, unless it, or the key, names it', async () => {
    const fingerprint = () => 'the same';
    const narrow = behindKey({ fingerprint });
    await narrow.call(order('1'));
    expect(await narrow.call(order('2'))).toEqual({ run: 1 });
    const named = behindKey({ fingerprint, key: combine(fromHeader('idempotency-key'), fromPath('id')) });
    await named.call(order('1'));
    expect(await named.call(order('2'))).toEqual({ run: 2 });
  });
});

describe('a middleware that puts a part of the event in its place', () => {
  const replaced: MiddlewareObj = {
    before: (request) => {
      request.event = JSON.parse((request.event as { body: string }).body);
    },
  };
  const callers = ['ann', 'bob'].map((sub) =>
    httpApiEvent({ body: { id: 'o-1' }, authorizer: { jwt: { claims: { iss: 'i', sub }, scopes: [] } } }),
  );

  it('leaves all callers one before the guard, and each after it', async () => {
    const runsOf = async (...stack: MiddlewareObj[]) => {
      let runs = 0;
      const handler = middy(async () => ++runs).use(stack);
      for (const caller of callers) await handler(structuredClone(caller) as never, lambdaContext() as never);
      return runs;
    };
    const guard = () => idempotencyKey({ key: fromBody('id'), store: memoryStore() }) as MiddlewareObj;
    expect(await runsOf(replaced, guard())).toBe(1);
    expect(await runsOf(guard(), replaced)).toBe(2);
  });
});
