import { field, isObject } from '../../base/fields.ts';
import { numberNotExact } from '../../base/refusals.ts';
import { isForm } from '../comparison/body-identity.ts';
import { formFields } from '../comparison/form.ts';
import type { HttpRequest } from './request.ts';

/**
 * Fields of a request's body, for use in a key.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when one holds a number that stands for others, too
 */
export const bodyFields = (request: HttpRequest, names: readonly string[]): unknown[] => {
  const { text, json } = request.body();
  const body = json();
  if (!isObject(body?.value) && text !== undefined && isForm(request.header('content-type')[0] ?? '')) {
    const form = formFields(text);
    return names.map((name) => (form[name]?.length === 1 ? form[name][0] : form[name]));
  }
  return names.map((name) => {
    const value = field(body?.value, name);
    const inexact = body?.inexact;
    if (inexact && inexact.size > 0) refuseInexact(value, inexact, `body.${name}`);
    return value;
  });
};

/** Not recursive, because values come from the caller and may be nested deeper than the stack. */
const refuseInexact = (value: unknown, inexact: ReadonlySet<number>, path: string): void => {
  const parts = new Set([value]);
  for (const part of parts) {
    if (inexact.has(part as number)) throw numberNotExact(path);
    if (isObject(part)) for (const inner of Object.values(part)) parts.add(inner);
  }
};
