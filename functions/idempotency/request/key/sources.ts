import { IdempotencyError } from '../../base/error.ts';
import { parsedBody } from '../http/payload.ts';
import { toHttpRequest } from '../http/request.ts';
import { parseKeyText } from './header-value.ts';
import { describedAs, descriptionOf, type KeySource } from './key.ts';

const ownField = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/**
 * The value of a request header, its name in any case. Accepts the value bare and as a quoted string.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when the value is malformed: longer than 255 characters, a control character, sent twice
 * @see draft-ietf-httpapi-idempotency-key-header-07, section 2.1
 */
export const fromHeader = (name: string): KeySource => {
  requireNames('fromHeader', [name]);
  return describedAs(`the header ${name}`, (event) => {
    const values = new Set(toHttpRequest(event)?.header(name));
    if (values.size > 1) throw malformed(name, 'it was sent more than once with different values');
    const [value] = values;
    return value === undefined ? undefined : parseKeyText(value, (reason) => malformed(name, reason));
  });
};

const malformed = (header: string, reason: string): IdempotencyError =>
  new IdempotencyError('ILLEGAL_ARGUMENT', `The header ${header} is malformed: ${reason}.`, {
    title: `${header} is malformed`,
  });

/** Fields of the JSON body; of the event itself when it isn't an HTTP request. */
export const fromBody = (...names: [string, ...string[]]): KeySource => {
  requireNames('fromBody', names);
  return describedAs(list('body', 'field', names), (event) => {
    const request = toHttpRequest(event);
    const payload = request ? parsedBody(request) : event;
    return names.map((name) => ownField(payload, name));
  });
};

/** Path parameters of the route. */
export const fromPath = (...names: [string, ...string[]]): KeySource => {
  requireNames('fromPath', names);
  return describedAs(list('path', 'parameter', names), (event) =>
    names.map((name) => ownField(toHttpRequest(event)?.pathParameters, name)),
  );
};

/** Parameters of the query string; every value of one that is repeated. */
export const fromQuery = (...names: [string, ...string[]]): KeySource => {
  requireNames('fromQuery', names);
  return describedAs(list('query', 'parameter', names), (event) =>
    names.map((name) => {
      const values = ownField(toHttpRequest(event)?.query(), name) as string[] | undefined;
      return values?.length === 1 ? values[0] : values;
    }),
  );
};

/** A key made of several sources, for instance order id + user id + method id. Missing as soon as one part is. */
export const combine = (...sources: [KeySource, ...KeySource[]]): KeySource => {
  for (const source of sources) {
    if (typeof source !== 'function') throw new TypeError('combine: every source must be a function.');
  }
  return describedAs(sources.map(descriptionOf).join(', '), (event, context) =>
    Promise.all(sources.map((source) => source(event, context))),
  );
};

const list = (place: string, kind: string, names: readonly string[]): string =>
  `the ${place} ${kind}${names.length > 1 ? 's' : ''} ${names.join(' and ')}`;

const requireNames = (source: string, names: readonly unknown[]): void => {
  if (names.length === 0 || !names.every((name) => typeof name === 'string' && name !== '')) {
    throw new TypeError(`${source}: name what to take the key from, as non-empty strings.`);
  }
};
