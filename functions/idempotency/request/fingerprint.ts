import type { Fields } from '../base/fields.ts';
import { digest } from '../base/hash.ts';
import { eventNotComparable, notComparable } from '../base/refusals.ts';
import { canonicalText } from './comparison/canonical-text.ts';
import { captured } from './comparison/captured.ts';
import { isAbsent } from './comparison/hole.ts';
import { UnnameableValue } from './comparison/unnameable-value.ts';
import { isDelivered } from './http/delivered.ts';
import type { HttpRequest } from './http/request.ts';
import type { Incoming } from './incoming.ts';
import { exactIdOf } from './key/exact-id.ts';
import { type KeySource, readKey } from './key/key.ts';
import type { IsGenuine } from './sources/genuine.ts';
import { payloadOfSource } from './sources/source-event.ts';
import { without } from './sources/without.ts';

/**
 * By what two requests of one operation are compared: what the option `fingerprint` names, or if that finds nothing, which would make
 * all of them equal, all of the request but what another delivery of it changes.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when something can't be compared
 */
export const fingerprintOf = async (incoming: Incoming, source: KeySource | undefined): Promise<string> => {
  const named = source && (await captured(readKey(source, incoming), 'fingerprint', incoming.context));
  return isAbsent(named)
    ? comparable('event', () => textOfIncoming(incoming))
    : fingerprintOfValue('fingerprint', named);
};

/** The fingerprint of what a user's function gave, or of the arguments of a call. */
export const fingerprintOfValue = (name: string, value: unknown): string =>
  exactIdOf(value) ?? comparable(name, () => canonicalText(value, 'payload'));

const comparable = (name: string, text: () => string): string => {
  try {
    return digest(`${name} ${text()}`);
  } catch (error) {
    if (!(error instanceof UnnameableValue)) throw error;
    const what = `${name}${error.path} ${error.what}`;
    throw name === 'event' ? eventNotComparable(what, error) : notComparable(what, error);
  }
};

/** All of a request or event but what another delivery of it changes. */
export const textOfIncoming = ({ event, http }: Incoming): string => {
  if (!http) return canonicalText(payloadOfSource(event), 'event');
  return isDelivered(event) ? textOfRequest(http) : canonicalText(event, 'event');
};

/** The same of an argument that may be an event, and an instance of any class. */
export const textOfArgument = (arg: unknown, isGenuine?: IsGenuine): string =>
  canonicalText(payloadOfSource(arg, isGenuine), 'payload');

/** What another delivery of a request changes, and the body, which is compared by what it says. */
const delivery = ['headers', 'multiValueHeaders', 'rawHeaders', 'rawMultiValueHeaders', 'cookies', 'requestContext'];
const body = ['body', 'isBase64Encoded', 'is_base64_encoded'];

/** All of a request but what another delivery of it changes: where its form may be nothing but the caller's choice. */
export const textOfWholeRequest = (event: unknown, request: HttpRequest): string =>
  `${textOfRequest(request)}${canonicalText(without(event as Fields, [...delivery, ...body]), 'event')}`;

/**
 * Method, path with its parameters, query and body; headers differ between two deliveries of one request. HTTP APIs decode the path:
 * `/a%2Fb/c` and `/a/b%2Fc` differ in nothing but the parameters there.
 */
export const textOfRequest = (request: HttpRequest): string => {
  const { method, path, told, pathParameters, otherNames, query, body } = request;
  const parts = {
    method,
    path,
    told: told(),
    pathParameters: pathParameters(),
    otherNames: otherNames(),
    queryStringParameters: query(),
  };
  return `${canonicalText(parts, 'event')}${body().identity()}`;
};
