import { field, isObject } from '../../base/fields.ts';
import { keyNotSelectable } from '../../base/refusals.ts';
import { essenceOf, formType, isFormText } from '../comparison/body-identity.ts';
import { formFields } from '../comparison/form.ts';
import { exactPart, isUnsafeInteger } from '../key/exact-number.ts';
import type { HttpRequest } from './request.ts';

/**
 * Fields of a request's body, for use in a key.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when one holds a number that stands for others, too, or names that are not certain, or when
 * readers may find something else: by another type or charset, or in a form
 */
export const bodyFields = (request: HttpRequest, names: readonly string[]): unknown[] => {
  const { text, json } = request.body();
  const body = json();
  const type = essenceOf(request.contentType());
  if (text !== undefined && type === undefined)
    throw keyNotSelectable(
      new Error('The body has several content types, an encoding, or another charset than UTF-8.'),
    );
  if (text !== undefined && (type === '' || type === formType)) {
    const form = formFields(text);
    if (!isObject(body?.value)) {
      if (type === '' || !isFormText(text)) return names.map(() => undefined);
      return names.map((name) => (form[name]?.length === 1 ? form[name][0] : form[name]));
    }
    if (names.some((name) => form[name]))
      throw keyNotSelectable(new Error('The body says one thing as JSON and another one as a form.'));
  }
  // Of a body that something else has parsed, nobody knows how its numbers were written.
  const isInexact =
    text === undefined ? isUnsafeInteger : (part: unknown) => body?.inexact().has(part as number) === true;
  if (body?.isCertain === false && names.some((name) => isObject(field(body.value, name)))) {
    throw keyNotSelectable(new Error('V8 may read a property’s name as another one.'));
  }
  return names.map((name) => exactPart(field(body?.value, name), isInexact, `body.${name}`));
};
