import { describe, expect, it } from 'vitest';
import { routeOf } from '../../../functions/idempotency/request/http/route-of.ts';
import { changed, fixture, type Sample } from '../fixture.ts';

/** The same request of a REST API, called by a URL. */
const rest = (host: string, path: string, route: Readonly<Record<string, unknown>> = {}): Sample =>
  changed(fixture('rest-iam'), { 'requestContext/domainName': host, 'requestContext/path': path, ...route });

const http = (changes: Readonly<Record<string, unknown>>): Sample => changed(fixture('http-jwt'), changes);

describe('the route is what the caller addressed', () => {
  it.each([
    ['rest-iam', ['POST', 'abcdef1234.execute-api.us-east-1.amazonaws.com', '/prod/orders/{id}']],
    ['http-jwt', ['POST', 'api.example.com', '/orders/{id}']],
    ['http-v1-format', ['POST', 'api.example.com', '/orders/{id}']],
    ['url-iam', ['POST', 'abcdefghij.lambda-url.us-west-2.on.aws', '/orders/1']],
    ['alb-oidc', ['POST', 'shop.example.com', '/orders/1']],
    ['alb-multi-value', ['POST', 'shop.example.com', '/orders/1']],
    ['lattice-v1', ['POST', 'orders.example.internal', '/orders/1']],
    ['lattice-v2', ['POST', 'orders.example.internal', '/orders/1']],
    ['web-socket-iam', ['WEBSOCKET', 'ws.example.com', 'pay', 'prod']],
    ['app-sync-iam', ['GRAPHQL', 'example1234567890.appsync-api.us-west-1.amazonaws.com', 'Mutation.payOrder']],
    ['app-sync-batch', ['GRAPHQL', 'example1234567890.appsync-api.us-west-1.amazonaws.com', 'Order.reservation']],
    ['app-sync-events', ['PUBLISH', 'events.example.com', '/orders/o-1']],
    ['sqs', undefined],
    ['step-functions', undefined],
  ])('of %s', (name, route) => {
    expect(routeOf(fixture(name))).toEqual(route);
  });

  it('shared by all ids on one route', () => {
    const other = { 'requestContext/path': '/prod/orders/2', path: '/orders/2', pathParameters: { id: '2' } };
    expect(routeOf(changed(fixture('rest-iam'), other))).toEqual(routeOf(fixture('rest-iam')));
    expect(routeOf(http({ rawPath: '/orders/2', pathParameters: { id: '2' } }))).toEqual(routeOf(fixture('http-jwt')));
  });
});

describe('two routes differ', () => {
  it.each([
    [
      'by the stage of a REST API',
      rest('x.execute-api.example', '/prod/orders/1'),
      rest('x.execute-api.example', '/test/orders/1'),
    ],
    [
      'by the base path of a domain name',
      rest('api.example.com', '/a/orders/1'),
      rest('api.example.com', '/b/orders/1'),
    ],
    [
      'by a base path of several parts',
      rest('api.example.com', '/a/b/orders/1'),
      rest('api.example.com', '/a/orders/1'),
    ],
    ['by the tenant’s domain name', rest('a.example.com', '/orders/1'), rest('b.example.com', '/orders/1')],
    ['by the method of one resource', fixture('rest-iam'), changed(fixture('rest-iam'), { httpMethod: 'PUT' })],
    [
      'by the method of a route for any',
      http({ 'requestContext/routeKey': 'ANY /orders' }),
      http({ 'requestContext/routeKey': 'ANY /orders', 'requestContext/http/method': 'PUT' }),
    ],
    [
      'by the stage of an HTTP API',
      http({ 'requestContext/stage': 'prod', rawPath: '/prod/orders/1' }),
      http({ 'requestContext/stage': 'test', rawPath: '/test/orders/1' }),
    ],
    [
      'by a stage of an HTTP API, and a path of its `$default` stage that begins like it',
      http({ 'requestContext/stage': 'prod', rawPath: '/prod/orders/1' }),
      http({ 'requestContext/routeKey': 'POST /prod/orders/{id}', rawPath: '/prod/orders/1' }),
    ],
    [
      'by the same two, behind routes without a template',
      http({ 'requestContext/stage': 'prod', 'requestContext/routeKey': '$default', rawPath: '/prod/orders/1' }),
      http({ 'requestContext/routeKey': '$default', rawPath: '/prod/orders/1' }),
    ],
    [
      'by a template, and the same path behind the route for all others',
      http({ 'requestContext/stage': 's', 'requestContext/routeKey': 'POST /s/a', rawPath: '/s/s/a' }),
      http({ 'requestContext/stage': 's', 'requestContext/routeKey': '$default', rawPath: '/s/a' }),
    ],
    [
      'by the ids of private APIs that are called by the name of one VPC endpoint',
      rest('vpce-1.execute-api.us-east-1.vpce.amazonaws.com', '/prod/orders/1'),
      rest('vpce-1.execute-api.us-east-1.vpce.amazonaws.com', '/prod/orders/1', { 'requestContext/apiId': 'another' }),
    ],
    [
      'by the names of private AppSync APIs that are called by the name of one VPC endpoint',
      changed(fixture('app-sync-iam'), {
        'request/headers': { host: 'vpce-1.appsync-api.us-east-1.vpce.amazonaws.com', 'x-appsync-domain': 'a.example' },
      }),
      changed(fixture('app-sync-iam'), {
        'request/headers': { host: 'vpce-1.appsync-api.us-east-1.vpce.amazonaws.com', 'x-appsync-domain': 'b.example' },
      }),
    ],
    [
      'by the ids of an API without a domain name',
      rest('', '/orders/1'),
      changed(rest('', '/orders/1'), { 'requestContext/apiId': 'another' }),
    ],
  ])('%s', (_case, one, other) => {
    expect(routeOf(one)).not.toEqual(routeOf(other));
  });
});

describe('the route stays the same', () => {
  it('in another Region, and after a new API, behind the same custom domain name', () => {
    const moved = { 'requestContext/apiId': 'another', 'requestContext/accountId': '210987654321' };
    expect(routeOf(http(moved))).toEqual(routeOf(fixture('http-jwt')));
    expect(
      routeOf(changed(rest('api.example.com', '/v1/orders/1'), { ...moved, 'requestContext/stage': 'eu' })),
    ).toEqual(routeOf(rest('api.example.com', '/v1/orders/1')));
  });

  it('behind another name, if the option `host` says so', () => {
    const host = 'Shop.Example.com';
    const routes = ['eu.example.com', 'us.example.com'].map((name) => routeOf(rest(name, '/orders/1'), { host }));
    expect(routes[0]).toEqual(['POST', 'shop.example.com', '/orders/{id}']);
    expect(routes[1]).toEqual(routes[0]);
  });

  it.each(['Shop.Example.COM', 'shop.example.com:443', 'shop.example.com.'])(
    'however the host is written: %s',
    (host) => {
      expect(routeOf(changed(fixture('alb-oidc'), { 'headers/host': host }))).toEqual(routeOf(fixture('alb-oidc')));
    },
  );
});

describe('the route of a load balancer', () => {
  it('has AWS’s id where the request names no host', () => {
    const { host: _host, ...headers } = fixture<{ headers: Sample }>('alb-oidc').headers;
    expect(routeOf(changed(fixture('alb-oidc'), { headers }))?.[1]).toMatch(/^arn:aws:elasticloadbalancing:/);
  });
});

describe('the path of a greedy route', () => {
  const greedy = (path: string, proxy: string) =>
    routeOf(rest('api.example.com', path, { resource: '/shop/{proxy+}', pathParameters: { proxy } }))?.[2];

  it('is its template behind the base path', () => {
    expect(greedy('/v1/shop/orders/1', 'orders/1')).toBe('/v1/shop/{proxy+}');
    expect(greedy('/shop/orders/1/', 'orders/1')).toBe('/shop/{proxy+}');
    expect(greedy('/v1/shop/a%20b/1', 'a b/1')).toBe('/v1/shop/{proxy+}');
  });

  it('is the path itself where they don’t fit together, so that nothing is merged', () => {
    expect(greedy('/v1/shop/a%2Fb', 'a/b')).toBe('/v1/shop/a%2Fb');
    expect(greedy('/v1/other/orders/1', 'orders/1')).toBe('/v1/other/orders/1');
    expect(greedy('/1', 'orders/1')).toBe('/1');
  });
});
