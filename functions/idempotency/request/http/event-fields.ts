import { type Fields, field, isObject } from '../../base/fields.ts';
import { isContainer } from '../../base/plain.ts';
import { notPlain, wrongType } from '../../base/refusals.ts';

/**
 * Headers or parameters of an event; `undefined` where there are none.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when something has put what is no plain object in their place, or in the event's: a
 * `URLSearchParams`, a `Map`, an instance of a class, in which the handler finds what this library would not
 */
export const eventFields = (event: unknown, name: string, place = 'event'): Fields | undefined => {
  if (isObject(event) && !isContainer(event)) throw notPlain(place);
  const fields = field(event, name) ?? undefined;
  if (fields === undefined || isContainer(fields)) return fields;
  throw notPlain(`${place}.${name}`);
};

/**
 * A text of an event; `undefined` where there is none.
 *
 * @param place where the fields are in the event, for the message: `event.requestContext`
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when something has put what is no text in its place
 */
export const textField = (fields: unknown, name: string, place = 'event'): string | undefined => {
  const value = field(fields, name) ?? '';
  if (typeof value !== 'string') throw wrongType(`${place}.${name}`, 'text');
  return value || undefined;
};

/** Whether a body is marked as base64. @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when the mark is something else than `true` or `false` */
export const isMarkedBase64 = (event: unknown, name = 'isBase64Encoded'): boolean => {
  const value = field(event, name) ?? false;
  if (typeof value !== 'boolean') throw wrongType(`event.${name}`, '`true` or `false`');
  return value;
};
