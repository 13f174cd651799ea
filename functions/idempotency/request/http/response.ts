import { field, isObject } from '../../base/fields.ts';
import type { HttpRequest } from './request.ts';

type HeaderValue = string | number | boolean;

/** A response in the form that API Gateway and load balancers take from a function. */
export interface HttpResponse {
  statusCode: number | string;
  headers?: Record<string, HeaderValue>;
  multiValueHeaders?: Record<string, HeaderValue[]>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

/** A property that can't be read is not there. */
const readable = (response: unknown, name: string): unknown => {
  try {
    return field(response, name);
  } catch {
    return undefined;
  }
};

/** The status of a response: a number, or its text, which the services take for one. */
export const statusOf = (response: unknown): number | undefined => {
  const status = readable(response, 'statusCode');
  return Number.isInteger(status) || (typeof status === 'string' && /^\d{3}$/.test(status))
    ? Number(status)
    : undefined;
};

export const isHttpResponse = (value: unknown): value is HttpResponse => statusOf(value) !== undefined;

/**
 * Sets headers where the service behind the request looks: a load balancer with multi-value headers at those alone, a REST API at both,
 * all others at `headers` alone.
 *
 * @param headers by lower-case names; they take the place of what the response has by these names, in any case
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html the output format
 */
export const withHeaders = (
  response: HttpResponse,
  headers: Readonly<Record<string, string>>,
  request: HttpRequest,
): HttpResponse => {
  const place = request.multiValueHeaders ? 'multiValueHeaders' : 'headers';
  const others = Object.entries(response[place] ?? {}).filter(([name]) => !Object.hasOwn(headers, name.toLowerCase()));
  const set = Object.entries(headers).map(([name, value]) => [name, request.multiValueHeaders ? [value] : value]);
  return { ...response, [place]: Object.fromEntries([...others, ...set]) };
};

/** Cookies belong to the session of the first caller, seconds from now on to the moment of the first answer. */
const isOfTheMoment = (header: string): boolean => /^(set-cookie|idempotency-key-max-age)$/i.test(header);

/** What may be remembered of a response: all but what is of the moment. */
export const lastingOf = (response: unknown): unknown => {
  if (!isHttpResponse(response)) return response;
  const { cookies: _, ...kept } = response;
  for (const name of ['headers', 'multiValueHeaders'] as const) {
    const headers = kept[name];
    if (!isObject(headers) || !Object.keys(headers).some(isOfTheMoment)) continue;
    const others = Object.entries(headers).filter(([header]) => !isOfTheMoment(header));
    Object.assign(kept, { [name]: Object.fromEntries(others) });
  }
  return kept;
};

/**
 * The remembered response, marked as such. A plain value is wrapped as API Gateway would have wrapped the first answer; one that may have
 * been streamed stays as it is, since only the service knows whether it wraps it.
 */
export const toReplayResponse = (remembered: unknown, request: HttpRequest, redacted?: boolean): unknown => {
  const isAsItWas = isHttpResponse(remembered) || !request.wrapsPlainResponses || wasStreamed(remembered, request);
  const response = isAsItWas ? remembered : wrapPlain(remembered);
  const marks = { 'idempotent-replayed': 'true', ...(redacted && { 'idempotent-redacted': 'true' }) };
  return isHttpResponse(response) ? withHeaders(response, marks, request) : response;
};

/** Middy streams texts, and nothing as an empty one. */
const wasStreamed = (value: unknown, { mayStream }: HttpRequest): boolean =>
  mayStream && (typeof value === 'string' || value == null);

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
const wrapPlain = (value: unknown): HttpResponse => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'),
});
