import middy from '@middy/core';
import cors from '@middy/http-cors';
import errorHandler from '@middy/http-error-handler';
import { idempotencyKey, routeOf } from 'middy-idempotency';
import { pay } from './pay.ts';

/** Your own: whom a token was issued to. Here it is what stands before the dot; what follows changes with every login. */
const userOf = (token: string): string | undefined => token.split('.')[0] || undefined;

/** Your own: who may ask at all, and who that is. */
export const authenticate = () => ({
  before: ({ event }: { event: { headers?: Record<string, string>; userId?: string | undefined } }) => {
    event.userId = userOf(event.headers?.['authorization'] ?? '');
    if (!event.userId) throw Object.assign(new Error('Unauthorized'), { statusCode: 401 });
  },
});

// The operation: what is done once, and remembered.
const payOnce = middy(pay).use(idempotencyKey({ scope: (event) => [event.userId, routeOf(event)] }));

// Its HTTP shell: what every answer needs, a replay and a refusal too.
export const handler = middy(payOnce)
  .use(
    cors({
      origins: ['https://shop.example.com'],
      exposeHeaders: 'Idempotency-Key-Max-Age, Idempotent-Replayed, Retry-After',
    }),
  )
  .use(errorHandler())
  .use(authenticate());
