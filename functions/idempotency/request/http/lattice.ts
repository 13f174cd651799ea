import { asObject, type Fields, isObject, textOf } from '../../base/fields.ts';
import { decodedBody } from './decoded-body.ts';
import { headerValues } from './header-values.ts';
import type { HttpRequest } from './request.ts';

const isFormat1 = (event: Fields): boolean => typeof event['raw_path'] === 'string';

/** Whether VPC Lattice sent the event, in either of its formats. */
export const isLattice = (event: Fields): boolean =>
  typeof event['method'] === 'string' &&
  (isFormat1(event) ||
    (typeof event['path'] === 'string' && textOf(asObject(event['requestContext'])['serviceArn']) !== undefined));

/** The path as called. Lattice leaves the query string on it. */
export const latticePath = (event: Fields): string =>
  String(isFormat1(event) ? event['raw_path'] : event['path']).split('?')[0] ?? '';

/**
 * Reads a request that came through VPC Lattice. There are no routes: what is called is method and path.
 *
 * @see https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html#receive-event-from-service
 */
export const toLatticeRequest = (event: unknown): HttpRequest | undefined => {
  if (!isObject(event) || !isLattice(event)) return undefined;
  const [method, path] = [String(event['method']), latticePath(event)];
  return {
    method,
    path,
    route: `${method} ${path}`,
    multiValueHeaders: false,
    wrapsPlainResponses: false,
    header: (name) => headerValues(event, name),
    query: () => queryOf(event),
    pathParameters: {},
    body: () => decodedBody(event['body'], event['is_base64_encoded'] ?? event['isBase64Encoded']),
    requestContext: asObject(event['requestContext']),
  };
};

/** From the path where it has one, because format 1.0 tells one value of each parameter only. */
const queryOf = (event: Fields): Record<string, string[]> => {
  const query: Record<string, string[]> = Object.create(null);
  const [, text] = /\?(.*)/s.exec(String(event['raw_path'] ?? event['path'])) ?? [];
  const parameters = asObject(event['query_string_parameters'] ?? event['queryStringParameters']);
  const pairs = text === undefined ? Object.entries(parameters) : [...new URLSearchParams(text)];
  for (const [name, value] of pairs) {
    query[name] ??= [];
    query[name].push(...[value].flat().map(String));
  }
  return query;
};
