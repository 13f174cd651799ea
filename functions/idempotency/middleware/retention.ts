import { refusalOf } from '../request/http/refusal.ts';
import type { HttpRequest } from '../request/http/request.ts';
import { isHttpResponse, withHeaders } from '../request/http/response.ts';

/** Adds to an HTTP answer for how many seconds from now its key is remembered; not to a refusal, which says nothing of this key. */
export const withRetention = (answer: unknown, http: HttpRequest | undefined, seconds: number): unknown => {
  return http && isHttpResponse(answer) && !refusalOf(answer)
    ? withHeaders(answer, { 'idempotency-key-max-age': String(Math.max(0, Math.floor(seconds))) }, http)
    : answer;
};
