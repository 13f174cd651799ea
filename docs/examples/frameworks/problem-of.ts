import type { IdempotencyError } from 'middy-idempotency';

/** The answer to a refusal by a function in a route: RFC 9457, as the middlewares of this library give it. */
export const problemOf = (error: IdempotencyError) => {
  const { code, title, statusCode: status, retryable, retryAfterSeconds, expose, message } = error;
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  const type = `urn:middy-idempotency:problem:${code.toLowerCase().replaceAll('_', '-')}`;
  return {
    status,
    headers,
    body: JSON.stringify({ type, title, status, detail: expose ? message : undefined, code, retryable }),
  };
};
