import { field, isObject } from '../../base/fields.ts';
import { headerMalformed, notReadable } from '../../base/refusals.ts';
import { captured } from '../comparison/captured.ts';
import { decodedForm } from '../comparison/form.ts';
import { isQueryReadOtherwise, pairValue } from '../comparison/form-readers.ts';
import { bodyFields } from '../http/body-fields.ts';
import { isWebSocket, messageOf } from '../sources/web-socket.ts';
import { exactPart, isUnsafeInteger } from './exact-number.ts';
import { parseKeyText, withoutSpace } from './header-value.ts';
import { type AnyEvent, descriptionOf, type KeySource, keySource, readKey } from './key.ts';

/**
 * Takes the key from a request header, whose name is case-insensitive. In `Idempotency-Key`, and headers whose name ends so, a bare value and
 * a quoted string are the same; quotes in any other header are part of it.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when the value is malformed: longer than 255 characters, a control character, sent twice
 * @see draft-ietf-httpapi-idempotency-key-header-07, section 2.1
 *
 * @example
 * ```ts
 * idempotencyKey({ key: fromHeader('X-Request-Id') });
 * ```
 */
export const fromHeader = (name: string): KeySource => {
  requireNames('fromHeader', [name]);
  const isKeyHeader = name.toLowerCase().endsWith('idempotency-key');
  return keySource(`the header ${name}`, ({ http }) => {
    const values = new Set(http?.header(name));
    if (values.size > 1) throw headerMalformed(name, 'it was sent more than once with different values');
    const [value] = values;
    if (value === undefined) return undefined;
    const key = parseKeyText(value, (reason) => headerMalformed(name, reason));
    const replaced = http?.replacedHeader(name) ?? [];
    const told = isKeyHeader ? key : withoutSpace(value);
    return replaced.length > 0 ? [told, replaced] : told;
  });
};

/**
 * Takes the key from fields of the body, which is JSON or an HTML form, or of a WebSocket's message, which is JSON; of any other event from
 * the event itself.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when a field is a number that JavaScript can't hold exactly; when the body is neither JSON nor
 * a form, or readers may find something else in it
 *
 * @example
 * ```ts
 * idempotencyKey({ key: fromBody('orderId', 'userId') });
 * ```
 */
export const fromBody = (...names: [string, ...string[]]): KeySource => {
  requireNames('fromBody', names);
  return keySource(placeOf('body', 'field', names), ({ event, http }) => {
    if (http) return bodyFields(http, names);
    if (isObject(event) && isWebSocket(event)) return bodyFields(messageOf(event), names);
    return names.map((name) => exactPart(field(event, name), isUnsafeInteger, `event.${name}`));
  });
};

/**
 * Takes the key from path parameters of the route.
 *
 * @example
 * ```ts
 * idempotencyKey({ key: fromPath('orderId') });
 * ```
 */
export const fromPath = (...names: [string, ...string[]]): KeySource => {
  requireNames('fromPath', names);
  return keySource(placeOf('path', 'parameter', names), ({ http }) => {
    const parameters = names.map((name) => field(http?.pathParameters(), name));
    const { path = '' } = http ?? {};
    // A middleware has set another path: some adapters read that.
    return parameters.every((value) => value === undefined || isInPath(value, path))
      ? parameters
      : [...parameters, path];
  });
};

const isInPath = (value: unknown, path: string): boolean =>
  typeof value === 'string' && [path, decodedForm(path)].some((text) => `${text}/`.includes(`/${value}/`));

const unreadableQuery =
  'it has more than 1000 fields, another charset than UTF-8, `#`, `;`, or `]=` in a value, a name is empty or in two spellings, or there is a second `?`, as in the path';

/**
 * Takes the key from parameters of the query string; all values of a repeated parameter count.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when readers may find something else: `a[]` beside `a`, more than 1000 parameters
 *
 * @example
 * ```ts
 * idempotencyKey({ key: fromQuery('order') });
 * ```
 */
export const fromQuery = (...names: [string, ...string[]]): KeySource => {
  requireNames('fromQuery', names);
  return keySource(placeOf('query', 'parameter', names), ({ http }) => {
    if (!http) return undefined;
    const query = http.query();
    if (isQueryReadOtherwise(http.path, query.asSent)) throw notReadable('query', unreadableQuery);
    return names.map((name) => pairValue('query', name, query));
  });
};

/**
 * Makes a key of several sources, for instance order id + user id + method id. The key is missing if one part is.
 *
 * @example
 * ```ts
 * idempotencyKey({ key: combine(fromPath('orderId'), fromBody('userId')) });
 * ```
 */
export const combine = <TEvent = AnyEvent>(
  ...sources: [KeySource<NoInfer<TEvent>>, ...KeySource<NoInfer<TEvent>>[]]
): KeySource<TEvent> => {
  for (const source of sources) {
    if (typeof source !== 'function') throw new TypeError('combine: every source must be a function.');
  }
  return keySource(sources.map(descriptionOf).join(', '), (incoming, call) =>
    // Each in a promise: when one throws at once, nobody would listen to what the others reject with later.
    Promise.all(
      sources.map(async (source, index) => captured(readKey(source, incoming, call), `[${index}]`, incoming.context)),
    ),
  );
};

const placeOf = (place: string, kind: string, names: readonly string[]): string =>
  `the ${place} ${kind}${names.length > 1 ? 's' : ''} ${names.join(' and ')}`;

const requireNames = (source: string, names: readonly unknown[]): void => {
  if (names.length === 0 || !names.every((name) => typeof name === 'string' && name !== '')) {
    throw new TypeError(`${source}: name what to take the key from, as non-empty strings.`);
  }
};
