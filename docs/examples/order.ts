import middy from '@middy/core';
import { idempotencyKey, routeOf } from 'middy-idempotency';
import { pay } from './pay.ts';

/** Your own: whom a token was issued to. Here it is what stands before the dot; what follows changes with every login. */
const userOf = (token: string): string | undefined => token.split('.')[0] || undefined;

/** Your own: who may ask at all, and who that is. */
export const authenticate = () => ({
  before: ({ event }: { event: { headers?: Record<string, string>; userId?: string | undefined } }) => {
    event.userId = userOf(event.headers?.['authorization'] ?? '');
    return event.userId ? undefined : { statusCode: 401 };
  },
});

/** Your own: what every response carries. */
export const securityHeaders = () => ({
  after: (request: { response: { headers?: Record<string, string> } }) => {
    request.response.headers = { ...request.response.headers, 'x-content-type-options': 'nosniff' };
  },
});

export const handler = middy(pay)
  .use(authenticate()) // before: who may ask at all, and who that is
  .use(idempotencyKey({ scope: (event) => [event.userId, routeOf(event)] }))
  .use(securityHeaders()); // after: what shapes the response
