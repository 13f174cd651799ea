import { field } from '../../base/fields.ts';
import { isContainer } from '../../base/plain.ts';
import { notReadable } from '../../base/refusals.ts';
import { alikeNames } from '../comparison/alike-names.ts';
import { essenceOf, formType, mayBeForm } from '../comparison/body-identity.ts';
import { ownJson } from '../comparison/captured.ts';
import { byName, formPairs } from '../comparison/form.ts';
import { isReadOtherwise, pairValue, readAsOne } from '../comparison/form-readers.ts';
import type { JsonBody } from '../comparison/json-body.ts';
import { exactPart, isUnsafeInteger } from '../key/exact-number.ts';
import type { HttpRequest } from './request.ts';

/**
 * Fields of a request's body, for use in a key. Only an empty body has none: where this can't read one, the handler may find some.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when one holds a number that stands for others, too, or names that are not certain; when the
 * body is neither JSON nor a form; when readers may find something else: by another type or charset, or in a form
 */
export const bodyFields = (request: Pick<HttpRequest, 'body' | 'contentType'>, names: readonly string[]): unknown[] => {
  const { text, json } = request.body();
  if (text === '') return names.map(() => undefined);
  const body = json();
  // Of a body that something else has parsed, nobody knows how its numbers were written.
  if (text === undefined && body) return jsonFields(body, names, isUnsafeInteger);
  const type = text === undefined ? undefined : essenceOf(request.contentType());
  if (text === undefined || type === undefined) {
    throw notReadable(
      'body',
      'it has several content types, or one that may be taken for a form’s, an encoding, or another charset than UTF-8',
    );
  }
  if (type.startsWith('multipart/')) throw notReadable('body', 'it is neither JSON nor a simple form, but multipart');
  if (body) {
    // curl calls any body a form.
    if (mayBeForm(type) && /[&;]/.test(text)) {
      throw notReadable('body', 'it may be read as JSON and as a form, so send it with its content type');
    }
    const inexact = body.inexact();
    return jsonFields(body, names, inexact.size > 0 ? (part) => inexact.has(part as number) : undefined);
  }
  if (type !== formType) throw notReadable('body', 'it is neither JSON nor, by its content type, a form');
  if (!isFormText(text)) throw notReadable('body', 'by its content type it is a form, but it is not encoded as one');
  if (isReadOtherwise(text))
    throw notReadable(
      'body',
      'it has more than 1000 fields, an empty name, another charset than UTF-8, or `]=` in a value',
    );
  return formFields(text, names);
};

/** Whether a text has nothing but what forms are written with: curl calls any text a form, JSON too, and URLSearchParams drops a `?` in front. */
const isFormText = (text: string): boolean => /^(?![?[])[\w%&+=.,:/?@!$'()*~[\]-]*$/.test(text);

const jsonFields = (
  { value, isCertain }: JsonBody,
  names: readonly string[],
  isInexact: ((part: unknown) => boolean) | undefined,
) => {
  if (!isCertain) {
    throw notReadable('body', 'V8 may read the name of a property as another one');
  }
  const others = isContainer(value) && !Array.isArray(value) ? Object.keys(value) : [];
  return names.map((name) => {
    const near = others.find(alikeNames(name));
    if (near !== undefined) throw readAsOne('body', name, near);
    const part = field(value, name);
    return isInexact ? exactPart(part, isInexact, `body.${name}`) : ownJson(part);
  });
};

const formFields = (text: string, names: readonly string[]) => {
  const values = byName(formPairs(text));
  return names.map((name) => pairValue('body', name, { values }));
};
