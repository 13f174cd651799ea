import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { account } from './account.ts';
import { hopByHopHeaders } from './hop-by-hop-headers.ts';
import type { JwtCaller } from './jwt-authorizer.ts';

export type HttpApiRequest = {
  method: string;
  /** Decoded. */
  path: string;
  /** As it came, without the question mark. */
  query: string;
  protocol: string;
  headers: Record<string, string[] | undefined>;
  body: Buffer;
  sourceIp: string;
  /** Where the API was called. */
  port: number;
  /** As X-Ray writes it: `Root=1-5e6a8a6e-0123456789abcdef01234567`. */
  traceId: string;
  requestId: string;
  time: Date;
};

const apiId = 'local';

/** What an HTTP API sends to a function for a request, in payload format 2.0. */
export function toHttpApiEvent(
  request: HttpApiRequest,
  routeKey: string,
  pathParameters: Record<string, string>,
  jwt?: JwtCaller,
): APIGatewayProxyEventV2 {
  const { cookie: cookies, ...headers } = request.headers;
  const queryStringParameters = joinQuery(request.query);
  const host = headers['host']?.[0] ?? 'localhost';
  const domainName = host.replace(/:\d+$/, '');
  return {
    version: '2.0',
    routeKey,
    rawPath: request.path,
    rawQueryString: request.query,
    ...(cookies ? { cookies: cookies.flatMap((line) => line.split(/;\s*/)).filter(Boolean) } : {}),
    headers: { ...joinHeaders(headers), ...forwardedHeaders(request) },
    ...(isEmpty(queryStringParameters) ? {} : { queryStringParameters }),
    requestContext: {
      accountId: account.id,
      apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? domainName,
      http: {
        method: request.method,
        path: request.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent']?.[0] ?? '',
      },
      requestId: request.requestId,
      routeKey,
      stage: '$default',
      time: commonLogTime(request.time),
      timeEpoch: request.time.getTime(),
      ...(jwt && { authorizer: { jwt } }),
    },
    ...(isEmpty(pathParameters) ? {} : { pathParameters }),
    ...encodeBody(request.body, headers['content-type']?.[0]),
  };
}

function joinHeaders(headers: HttpApiRequest['headers']): Record<string, string> {
  const passed = Object.entries(headers).filter(
    ([name]) => !hopByHopHeaders.has(name) && !name.startsWith('x-forwarded-') && name !== 'x-amzn-trace-id',
  );
  return Object.fromEntries(passed.map(([name, values = []]) => [name, values.join(',')]));
}

/** What the gateway says, and nobody but the gateway. */
function forwardedHeaders({ sourceIp, port, traceId }: HttpApiRequest): Record<string, string> {
  return {
    'x-forwarded-for': sourceIp,
    'x-forwarded-port': String(port),
    'x-forwarded-proto': 'http',
    'x-amzn-trace-id': traceId,
  };
}

function joinQuery(query: string): Record<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = parameters.get(name);
    parameters.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(parameters);
}

// Undocumented; measured on AWS by others: https://github.com/ministackorg/ministack/pull/766
const textTypes = /^(?:text\/[^;]*|application\/(?:json|xml|javascript))\s*(?:;|$)/i;

function encodeBody(body: Buffer, contentType = ''): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = textTypes.test(contentType);
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}

function isEmpty(record: object): boolean {
  return Object.keys(record).length === 0;
}
