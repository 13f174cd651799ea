import { asObject, type Fields, field, isObject, textOf } from '../../base/fields.ts';
import { isContainer } from '../../base/plain.ts';
import { formPairs } from '../comparison/form.ts';
import { type BodyReading, readBody } from '../comparison/read-body.ts';
import { eventFields, isMarkedBase64, textField } from './event-fields.ts';
import { headerPlaces, headersAlike, headerValues, isBalanced, spellingsOf } from './header-values.ts';
import { pairsAsSent, pairsOf, type SentOrSet, sentOrSet, textAsSent, undecoded } from './sent-or-set.ts';

/** What the library needs to know of an HTTP request, whichever service delivered it. What takes work is read when asked for, once. */
export interface HttpRequest {
  method: string;
  path: string;
  /** Method, path and route as the service tells them at a second place: a middleware may have set one of the two. */
  told(): readonly unknown[];
  /** What a middleware has set by names of other formats: some adapters of frameworks read those first. */
  otherNames(): Fields;
  /** Whether responses must carry `multiValueHeaders`: an ALB target group with multi-value headers reads nothing else. */
  multiValueHeaders: boolean;
  /** Whether API Gateway accepts a response without `statusCode` and wraps it. */
  wrapsPlainResponses: boolean;
  /** Whether the function may stream its response: a function URL passes on a streamed text as it is, and no event says that it streams. */
  mayStream: boolean;
  /** Every value of the header, in order; its name in any case. */
  header(name: string): string[];
  /** The values of the header at the other of two places, where a middleware has set something else at one: some adapters read that. */
  replacedHeader(name: string): string[];
  query(): SentOrSet;
  /** How the body is to be read: its type, and its encoding if it has one; several, if they were sent, each on a line. */
  contentType(): string;
  pathParameters(): Fields;
  body(): BodyReading;
}

/** What is different between the services. */
type Format = Omit<HttpRequest, 'header' | 'replacedHeader' | 'told' | 'body' | 'contentType'> & {
  isBase64Encoded(): boolean;
};

/**
 * Reads the events of API Gateway (REST and HTTP APIs, payload formats 1.0 and 2.0), Lambda function URLs, Application Load
 * Balancers and VPC Lattice. Anything else is not an HTTP request.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 * @see https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html#receive-event-from-service
 */
export const toHttpRequest = (event: unknown): HttpRequest | undefined => {
  const format = isObject(event) ? formatOf(event) : undefined;
  if (!format) return undefined;
  const { isBase64Encoded, query: readQuery, ...request } = format;
  const { body } = event as Fields;
  const header = (name: string): string[] => headerValues(event, name);
  const contentType = once(() => {
    // Which place is read nobody knows, so a type that two tell differently is none that can be read by value.
    const all = (name: string) => {
      const { values, replaced, isTakenFromLists } = headerPlaces(event, name);
      return [
        ...values,
        ...[...replaced, ...headersAlike(event, name)].map((value) => `\nreplaced ${value}`),
        ...(isTakenFromLists ? ['\nreplaced'] : []),
        ...spellingsOf(event, name).map((spelling) => `\nspelled ${spelling}`),
      ];
    };
    const encodings = all('content-encoding').map((encoding) => `\nencoded ${encoding}`);
    return all('content-type').join('\n') + (encodings.join() === '\nencoded identity' ? '' : encodings.join(''));
  });
  return {
    ...request,
    header,
    told: () => toldIn(event as Fields),
    replacedHeader: (name) => headerPlaces(event, name).replaced,
    contentType,
    query: once(readQuery),
    body: once(() =>
      readBody({
        body,
        isBase64Encoded: isBase64Encoded(),
        contentType: contentType(),
      }),
    ),
  };
};

const formatOf = (event: Fields): Format | undefined => {
  if (event['version'] === '2.0' && typeof event['rawPath'] === 'string') return format2(event);
  if (typeof event['httpMethod'] === 'string' && typeof event['path'] === 'string') return format1(event);
  return isLattice(event) ? lattice(event) : undefined;
};

/** What `requestContext` says of method and path, and a route at the top that differs from the one there. */
const toldIn = (event: Fields): unknown[] => {
  const { routeKey, resource } = event;
  const context = eventFields(event, 'requestContext') ?? {};
  // These name what a deployment may change, unless a middleware has set them.
  const templates = [
    [routeKey, context['routeKey']],
    [resource, context['resourcePath']],
  ].map(([top, inContext]) => (top === inContext ? null : [top || null, inContext || null]));
  const http = eventFields(context, 'http', 'event.requestContext') ?? {};
  const told = [context['httpMethod'], context['path'], http['method'], http['path']];
  // What is no text counts by value, or is refused.
  return [...told.map((value) => value || null), ...templates];
};

/** By which names the formats, and adapters of frameworks, tell method, path and query. */
const namesOfFormats = [
  'method',
  'httpMethod',
  'path',
  'rawPath',
  'raw_path',
  'requestPath',
  'rawQueryString',
  'queryStringParameters',
  'query_string_parameters',
  'multiValueQueryStringParameters',
];

const setByOtherNames = (event: Fields, ownNames: readonly string[]): Fields =>
  Object.fromEntries(
    namesOfFormats.flatMap((name) => {
      const value = field(event, name);
      const set = ownNames.includes(name) ? emptied(value) : value;
      return isNothing(set) ? [] : [[name, set]];
    }),
  );

/** Parameters that there are none of, or no values: where some adapters find that, they look at no other place. */
const emptied = (value: unknown): Fields | undefined => {
  if (!isContainer(value)) return undefined;
  const names = Object.keys(value);
  const empty = names.filter((name) => Array.isArray(value[name]) && value[name].length === 0);
  return names.length === 0 || empty.length > 0 ? Object.fromEntries(empty.map((name) => [name, []])) : undefined;
};

const isNothing = (value: unknown): boolean => value === undefined || value === null;

const once = <Value>(read: () => Value): (() => Value) => {
  let value: Value | undefined;
  return () => {
    value ??= read();
    return value;
  };
};

const format2 = (event: Fields): Format => {
  const { routeKey: contextRouteKey, http, domainName } = asObject(event['requestContext']);
  const [methodOfRoute = ''] = (textOf(event['routeKey']) ?? textOf(contextRouteKey) ?? '').split(' ');
  const path = String(event['rawPath']);
  return {
    method: textOf(asObject(http)['method']) ?? methodOfRoute,
    path,
    otherNames: () => setByOtherNames(event, ['rawPath', 'rawQueryString', 'queryStringParameters']),
    multiValueHeaders: false,
    wrapsPlainResponses: true,
    mayStream: textOf(domainName)?.includes('.lambda-url.') === true,
    query: () => {
      const text = textField(event, 'rawQueryString') ?? '';
      return sentOrSet(eventFields(event, 'queryStringParameters') ?? {}, formPairs(text), textAsSent(text, path));
    },
    pathParameters: () => eventFields(event, 'pathParameters') ?? {},
    isBase64Encoded: () => isMarkedBase64(event),
  };
};

const format1 = (event: Fields): Format => {
  const balanced = isBalanced(event);
  const path = String(event['path']);
  return {
    method: String(event['httpMethod']),
    path,
    otherNames: () =>
      setByOtherNames(event, ['httpMethod', 'path', 'queryStringParameters', 'multiValueQueryStringParameters']),
    multiValueHeaders: balanced && holdsSomething(event['multiValueHeaders']),
    wrapsPlainResponses: false,
    mayStream: false,
    query: () => {
      const given = eventFields(event, 'queryStringParameters');
      const pairs = pairsOf(eventFields(event, 'multiValueQueryStringParameters') ?? {});
      // A load balancer has one of the two, and a middleware may put an empty object at the other.
      return balanced
        ? undecoded(sentOrSet(holdsSomething(given) ? given : undefined, pairs), path)
        : sentOrSet(given ?? {}, pairs, pairsAsSent(pairs, path));
    },
    pathParameters: () => eventFields(event, 'pathParameters') ?? {},
    isBase64Encoded: () => isMarkedBase64(event),
  };
};

const holdsSomething = (value: unknown): boolean => isObject(value) && Object.keys(value).length > 0;

const isLatticeFormat1 = (event: Fields): boolean => typeof event['raw_path'] === 'string';

/** Whether VPC Lattice sent the event, in either of its formats. */
export const isLattice = (event: Fields): boolean =>
  typeof event['method'] === 'string' &&
  (isLatticeFormat1(event) ||
    (typeof event['path'] === 'string' && textOf(asObject(event['requestContext'])['serviceArn']) !== undefined));

/** Lattice leaves the query string on the path. */
const latticeTarget = (event: Fields): string => String(isLatticeFormat1(event) ? event['raw_path'] : event['path']);

/** The path as called through Lattice, without its query string. */
export const latticePath = (event: Fields): string => latticeTarget(event).split('?')[0] ?? '';

/**
 * Of what is sent several times, format 1.0 tells one value in the parameters; the path has all. It has names of its own, so what has
 * those of the other formats is what a middleware has set.
 */
const lattice = (event: Fields): Format => {
  const [, query = ''] = /\?(.*)/s.exec(latticeTarget(event)) ?? [];
  const isFormat1 = isLatticeFormat1(event);
  // Where a middleware has set the parameters by the usual name, too, those are read.
  const ownQuery =
    isFormat1 && isNothing(event['queryStringParameters']) ? 'query_string_parameters' : 'queryStringParameters';
  return {
    method: String(event['method']),
    path: latticePath(event),
    otherNames: () => setByOtherNames(event, ['method', isFormat1 ? 'raw_path' : 'path', ownQuery]),
    multiValueHeaders: false,
    wrapsPlainResponses: false,
    mayStream: false,
    query: () => sentOrSet(eventFields(event, ownQuery) ?? {}, formPairs(query), textAsSent(query, ''), !isFormat1),
    pathParameters: () => eventFields(event, 'pathParameters') ?? {},
    isBase64Encoded: () =>
      isMarkedBase64(event, isNothing(event['isBase64Encoded']) ? 'is_base64_encoded' : 'isBase64Encoded'),
  };
};
