import middy from '@middy/core';
import { idempotencyKey } from 'middy-idempotency';
import { pay } from './pay.ts';

/** Your own: who may ask at all. */
export const authenticate = () => ({
  before: (request: { event: { headers?: Record<string, string> } }) =>
    request.event.headers?.['authorization'] ? undefined : { statusCode: 401 },
});

/** Your own: what every response carries. */
export const securityHeaders = () => ({
  after: (request: { response: { headers?: Record<string, string> } }) => {
    request.response.headers = { ...request.response.headers, 'x-content-type-options': 'nosniff' };
  },
});

export const handler = middy(pay)
  .use(authenticate()) // before: who may ask at all
  .use(idempotencyKey({ scope: (event) => [event.headers.authorization, event.routeKey] }))
  .use(securityHeaders()); // after: what shapes the response
