import type { IdempotencyError } from '../../base/error.ts';
import type { HttpRequest } from './request.ts';
import { type HttpResponse, withHeaders } from './response.ts';

/**
 * A refusal as the caller reads it.
 *
 * @see RFC 9457, Problem Details for HTTP APIs
 */
export const toProblemResponse = (error: IdempotencyError, request: HttpRequest): HttpResponse =>
  withHeaders(
    {
      statusCode: error.statusCode,
      body: JSON.stringify({
        type: `urn:middy-idempotency:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
        title: error.title,
        status: error.statusCode,
        detail: error.expose
          ? error.message
          : 'The service is unavailable for a moment. It is safe to send this request again.',
        code: error.code,
        retryable: error.retryable,
      }),
    },
    {
      'content-type': 'application/problem+json',
      ...(error.retryAfterSeconds !== undefined && { 'retry-after': String(error.retryAfterSeconds) }),
    },
    request,
  );
