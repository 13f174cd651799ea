import type { MiddlewareObj, Request } from '@middy/core';
import { isPreflight } from '../request/http/safe-request.ts';
import type { Answers } from './answers.ts';

// biome-ignore lint/suspicious/noExplicitAny: whichever context the middleware gives, it goes on giving it
type AnyMiddleware = MiddlewareObj<unknown, unknown, Error, any>;

/**
 * Answers preflights in place of a middleware that must let nothing pass without a token: they carry no header `token`, and one in the
 * query is that of the request they ask for.
 */
export const pastPreflights = (middleware: AnyMiddleware, answers: Answers): AnyMiddleware => ({
  ...middleware,
  before: async (request: Request): Promise<unknown> => {
    const incoming = answers.arrive(request);
    return incoming.http && isPreflight(incoming.http)
      ? answers.early(request, answers.made(incoming, { statusCode: 204 }))
      : middleware.before?.(request);
  },
});
