import { type Fields, field } from '../../base/fields.ts';
import { isContainer } from '../../base/plain.ts';
import { partNotReadable } from '../../base/refusals.ts';

/**
 * Headers or parameters of an event; `undefined` where there are none.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when something has put what is no plain object in their place: a `URLSearchParams`, a `Map`,
 * in which the handler finds what this library would not
 */
export const eventFields = (event: unknown, name: string): Fields | undefined => {
  const fields = field(event, name) ?? undefined;
  if (fields === undefined || isContainer(fields)) return fields;
  throw partNotReadable(name);
};
