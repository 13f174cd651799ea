import type { IdempotencyError } from '../../base/error.ts';
import { asRefusal, problemType } from './refusal.ts';
import type { HttpRequest } from './request.ts';
import { type HttpResponse, withHeaders } from './response.ts';

/**
 * A refusal as the caller reads it.
 *
 * @see RFC 9457, Problem Details for HTTP APIs
 */
export const toProblemResponse = (error: IdempotencyError, request: HttpRequest): HttpResponse => {
  const response = withHeaders(
    {
      statusCode: error.statusCode,
      body: JSON.stringify({
        type: `${problemType}${error.code.toLowerCase().replaceAll('_', '-')}`,
        title: error.title,
        status: error.statusCode,
        detail: error.expose
          ? error.message
          : `The service is unavailable for a moment. ${error.retryable ? 'It is safe to send this request again.' : 'Get a new token to try again.'}`,
        ...(error.recordId !== undefined && { instance: instanceOf(error.recordId) }),
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
  return asRefusal(response, error.code);
};

export const instancePrefix = 'urn:middy-idempotency:record:';

/** What a caller quotes to support: it names the record, and opens nothing. */
const instanceOf = (recordId: string): string => instancePrefix + encodeURIComponent(recordId.toWellFormed());
