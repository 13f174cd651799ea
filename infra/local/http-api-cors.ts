import type { HttpResponse } from './http-api-response.ts';

/** What an HTTP API has configured of CORS. */
export type CorsModel = {
  allowOrigins: string[];
  allowMethods: string[];
  allowHeaders: string[];
  exposeHeaders: string[];
  maxAgeSeconds?: number;
  allowCredentials: boolean;
};

type Headers = HttpResponse['headers'];

/** Whatever the answers say, when a page of this origin asks. */
export type Cors = {
  /** The gateway's own answer to a preflight, which reaches no function. */
  preflight(method: string, origin: string | undefined): HttpResponse | undefined;
  /** The gateway's headers, in place of those that the function has set. */
  mark(response: HttpResponse, origin: string | undefined): HttpResponse;
};

/**
 * CORS as an HTTP API does it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function createCors(model: CorsModel): Cors {
  const allowed = (origin: string): string | undefined => {
    if (model.allowOrigins.includes('*')) return '*';
    return model.allowOrigins.some((pattern) => matches(pattern, origin)) ? origin : undefined;
  };
  const common = (origin: string): Headers => {
    const allowOrigin = allowed(origin);
    if (!allowOrigin) return [];
    return named({
      'access-control-allow-origin': allowOrigin,
      'access-control-allow-credentials': model.allowCredentials ? 'true' : '',
      'access-control-expose-headers': model.exposeHeaders.join(','),
    });
  };
  const ofPreflight = (): Headers =>
    named({
      'access-control-allow-methods': model.allowMethods.join(','),
      'access-control-allow-headers': model.allowHeaders.join(','),
      'access-control-max-age': String(model.maxAgeSeconds ?? ''),
    });

  return {
    preflight(method, origin) {
      if (method !== 'OPTIONS' || !origin) return undefined;
      const headers = common(origin);
      return {
        statusCode: 204,
        headers: headers.length > 0 ? [...headers, ...ofPreflight()] : [],
        body: Buffer.alloc(0),
      };
    },
    mark(response, origin) {
      const own = response.headers.filter(([name]) => !name.toLowerCase().startsWith('access-control-'));
      return { ...response, headers: origin ? [...own, ...common(origin)] : own };
    },
  };
}

/** `https://*.example.com` allows every name below it. */
function matches(pattern: string, origin: string): boolean {
  const [start = '', end] = pattern.split('*');
  return end === undefined
    ? pattern === origin
    : origin.length > start.length + end.length && origin.startsWith(start) && origin.endsWith(end);
}

function named(headers: Record<string, string>): Headers {
  return Object.entries(headers).filter(([, value]) => value !== '');
}
