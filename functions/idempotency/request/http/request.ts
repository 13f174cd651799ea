import { asObject, type Fields, isObject } from '../../base/fields.ts';

/** What the library needs to know of an HTTP request, whichever service delivered it. What takes work is read when asked for. */
export interface HttpRequest {
  method: string;
  path: string;
  /** The route as configured, so that `/orders/1` and `/orders/2` share it; method and path where there is no route. */
  route: string;
  /** Whether responses must carry `multiValueHeaders`: an ALB target group with multi-value headers reads nothing else. */
  multiValueHeaders: boolean;
  /** Whether API Gateway accepts a response without `statusCode` and wraps it. */
  wrapsPlainResponses: boolean;
  /** Every value of the header, in order; its name in any case. */
  header(name: string): string[];
  query(): Readonly<Record<string, readonly string[]>>;
  pathParameters: Readonly<Record<string, unknown>>;
  /** The body as text; bytes that are not UTF-8 stay base64. An object if a middleware has parsed it already. */
  body(): unknown;
  requestContext: Readonly<Record<string, unknown>>;
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Reads the events of API Gateway (REST and HTTP APIs, payload formats 1.0 and 2.0), Lambda function URLs and Application Load
 * Balancers. Anything else is not an HTTP request.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export const toHttpRequest = (event: unknown): HttpRequest | undefined => {
  if (!isObject(event)) return undefined;
  if (event['version'] === '2.0' && typeof event['rawPath'] === 'string') return fromFormat2(event);
  if (typeof event['httpMethod'] === 'string' && typeof event['path'] === 'string') return fromFormat1(event);
  return undefined;
};

const fromFormat2 = (event: Fields): HttpRequest => {
  const requestContext = asObject(event['requestContext']);
  const path = asText(event['rawPath']);
  const routeKey = asText(event['routeKey'] ?? requestContext['routeKey']);
  const method = asText(asObject(requestContext['http'])['method']) || (routeKey.split(' ')[0] ?? '');
  return {
    method,
    path,
    route: routeKey === '' || routeKey === '$default' ? `${method} ${path}` : routeKey,
    multiValueHeaders: false,
    wrapsPlainResponses: true,
    header: headerLookup(asObject(event['headers']), {}),
    query: () => parsedQuery(asText(event['rawQueryString'])),
    pathParameters: asObject(event['pathParameters']),
    body: () => decodeBody(event),
    requestContext,
  };
};

const parsedQuery = (text: string): Record<string, string[]> => {
  const query: Record<string, string[]> = Object.create(null);
  if (text === '') return query;
  for (const [name, value] of new URLSearchParams(text)) {
    query[name] ??= [];
    query[name].push(value);
  }
  return query;
};

const fromFormat1 = (event: Fields): HttpRequest => {
  const requestContext = asObject(event['requestContext']);
  const method = asText(event['httpMethod']);
  const path = asText(event['path']);
  return {
    method,
    path,
    route: `${method} ${asText(event['resource']) || path}`,
    multiValueHeaders: isObject(requestContext['elb']) && isObject(event['multiValueHeaders']),
    wrapsPlainResponses: false,
    header: headerLookup(asObject(event['headers']), asObject(event['multiValueHeaders'])),
    query: () => collectedQuery(event),
    pathParameters: asObject(event['pathParameters']),
    body: () => decodeBody(event),
    requestContext,
  };
};

const collectedQuery = (event: Fields): Record<string, string[]> => {
  const query: Record<string, string[]> = Object.create(null);
  const multiple = asObject(event['multiValueQueryStringParameters']);
  for (const [name, value] of Object.entries(asObject(event['queryStringParameters']))) query[name] = [asText(value)];
  for (const [name, values] of Object.entries(multiple)) if (Array.isArray(values)) query[name] = values.map(asText);
  return query;
};

const headerLookup =
  (single: Fields, multiple: Fields) =>
  (name: string): string[] => {
    const wanted = name.toLowerCase();
    const repeated = named(multiple, wanted);
    return repeated.length > 0 ? repeated : named(single, wanted);
  };

/** The texts among the values of the headers that have this name in some case. */
const named = (headers: Fields, wanted: string): string[] => {
  const values: string[] = [];
  for (const name of Object.keys(headers)) {
    if (name.length !== wanted.length || name.toLowerCase() !== wanted) continue;
    for (const value of [headers[name]].flat()) if (typeof value === 'string') values.push(value);
  }
  return values;
};

const decodeBody = (event: Fields): unknown => {
  const body = event['body'];
  if (event['isBase64Encoded'] !== true || typeof body !== 'string') return body;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(body, 'base64'));
  } catch {
    return body;
  }
};
