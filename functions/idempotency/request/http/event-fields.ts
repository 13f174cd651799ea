import { type Fields, field, isObject } from '../../base/fields.ts';
import { isContainer } from '../../base/plain.ts';
import { notPlain } from '../../base/refusals.ts';

/**
 * Headers or parameters of an event; `undefined` where there are none.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when something has put what is no plain object in their place, or in the event's: a
 * `URLSearchParams`, a `Map`, an instance of a class, in which the handler finds what this library would not
 */
export const eventFields = (event: unknown, name: string): Fields | undefined => {
  if (isObject(event) && !isContainer(event)) throw notPlain('event');
  const fields = field(event, name) ?? undefined;
  if (fields === undefined || isContainer(fields)) return fields;
  throw notPlain(`event.${name}`);
};
