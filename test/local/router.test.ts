import { expect, test } from 'vitest';
import { createRouter } from '../../infra/local/router.ts';

const orders = ['GET /orders/{orderId}', 'GET /orders/new', 'POST /orders', 'ANY /orders/{orderId}/payments'];

test.each([
  ['a literal path', orders, 'POST', '/orders', 'POST /orders', {}],
  ['a path parameter', orders, 'GET', '/orders/o-1', 'GET /orders/{orderId}', { orderId: 'o-1' }],
  ['a literal before a parameter', orders, 'GET', '/orders/new', 'GET /orders/new', {}],
  ['ANY for every method', orders, 'PUT', '/orders/o-1/payments', 'ANY /orders/{orderId}/payments', { orderId: 'o-1' }],
  ['a method before ANY', ['ANY /a', 'GET /a'], 'GET', '/a', 'GET /a', {}],
  [
    'a method before ANY of a literal path',
    ['ANY /a/new', 'GET /a/{id}'],
    'GET',
    '/a/new',
    'GET /a/{id}',
    { id: 'new' },
  ],
  ['a literal route before ANY of a parameter', ['ANY /{id}', 'GET /a'], 'GET', '/a', 'GET /a', {}],
  ['ANY of a whole path before a greedy method', ['GET /{proxy+}', 'ANY /a'], 'GET', '/a', 'ANY /a', {}],
  [
    'a greedy method before greedy ANY',
    ['ANY /a/{proxy+}', 'GET /{proxy+}'],
    'GET',
    '/a/b',
    'GET /{proxy+}',
    { proxy: 'a/b' },
  ],
  ['the longest literal start', ['GET /{proxy+}', 'GET /a/{proxy+}'], 'GET', '/a/b', 'GET /a/{proxy+}', { proxy: 'b' }],
  ['a greedy parameter', ['ANY /files/{proxy+}'], 'GET', '/files/a/b', 'ANY /files/{proxy+}', { proxy: 'a/b' }],
  ['a parameter before a greedy one', ['ANY /{proxy+}', 'GET /{id}'], 'GET', '/a', 'GET /{id}', { id: 'a' }],
  ['$default last', ['$default', 'ANY /{proxy+}'], 'GET', '/a/b', 'ANY /{proxy+}', { proxy: 'a/b' }],
  ['$default for the rest', ['$default', 'GET /a'], 'GET', '/b', '$default', {}],
])('matches %s', (_title, routeKeys, method, path, routeKey, pathParameters) => {
  const findRoute = createRouter(routeKeys.map((key) => ({ routeKey: key })));
  expect(findRoute(method, path)).toEqual({ route: { routeKey }, pathParameters });
});

test.each([
  ['another method', 'DELETE', '/orders'],
  ['another path', 'GET', '/payments'],
  ['a trailing slash', 'POST', '/orders/'],
  ['an empty parameter', 'GET', '/orders//payments'],
  ['a longer path', 'GET', '/orders/new/more'],
])('does not match %s', (_title, method, path) => {
  expect(createRouter(orders.map((routeKey) => ({ routeKey })))(method, path)).toBeUndefined();
});
