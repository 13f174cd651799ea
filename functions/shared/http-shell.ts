import type { MiddlewareObj, Request } from '@middy/core';
import cors from '@middy/http-cors';
import { problem } from './http.ts';
import { InvalidRequest } from './invalid-request.ts';

/** Which pages may read the answers; without any, none of another origin. */
const allowedOrigins = (process.env['ALLOWED_ORIGINS'] ?? '').split(',').filter(Boolean);

/**
 * What every answer of a function goes through, replays and refusals too: it stands outside what is protected. API Gateway sets the
 * headers of CORS itself where the API has them configured; behind a load balancer or a function URL these are the ones.
 */
export const httpShell = (): MiddlewareObj[] => [
  cors({
    origins: allowedOrigins,
    methods: 'GET,POST',
    headers: 'content-type,idempotency-key,token,authorization',
    exposeHeaders: 'idempotency-key-max-age,idempotent-replayed,retry-after',
    disableBeforePreflightResponse: false,
  }),
  { after: complete, onError: answerError },
];

/** How to use keys. An API of your own names its own page. */
const documentation = 'https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07';

/**
 * A token, and an answer to a GET that pays, is for one caller: no cache may give it to another.
 *
 * @see draft-ietf-httpapi-idempotency-key-header-07, section 2.7: a refusal links to documentation
 */
const complete = ({ response }: Request): void => {
  const { headers } = response ?? {};
  if (!headers) return;
  headers['cache-control'] = 'no-store';
  if (headers['content-type'] === 'application/problem+json') headers['link'] = `<${documentation}>; rel="describedby"`;
};

const answerError = (request: Request): void => {
  if (request.error instanceof InvalidRequest) {
    request.response = problem(400, 'Invalid request', request.error.message);
  } else {
    console.error(request.error);
    request.response = problem(500, 'Internal server error', 'The request could not be finished.');
  }
  complete(request);
};
