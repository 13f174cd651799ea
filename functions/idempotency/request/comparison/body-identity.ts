import { digest } from '../../base/hash.ts';
import { isContainer } from '../../base/plain.ts';
import { canonicalText } from './canonical-text.ts';
import { byName, formPairs } from './form.ts';
import { isReadAlike } from './form-readers.ts';
import type { JsonBody } from './json-body.ts';
import { boundaryOf, multipartIdentity } from './multipart.ts';

/**
 * A text to compare bodies by that are as they were sent: by value where all readers find the same in them, else byte by byte, and by the
 * type that says what they are.
 *
 * @param bytes where the body is not text from the beginning
 * @param text where the body is text, or bytes that are UTF-8
 * @param json reads the text as JSON
 */
export const sentIdentity = (
  bytes: Uint8Array | undefined,
  text: string | undefined,
  contentType: string,
  json: () => JsonBody | undefined,
): string => {
  const value = byValue(bytes, text, contentType, json);
  if (value !== undefined) return typed(value, plainTypeOf(contentType));
  return typed(text === undefined ? `bytes ${digest(bytes ?? '')}` : asSent(text), contentType);
};

/**
 * A text to compare bodies by that a middleware has parsed: the same as before, as far as what it left tells.
 *
 * @throws {UnnameableValue} when the body holds something that can't be compared
 */
export const parsedIdentity = (body: unknown, contentType: string): string => {
  if (body === undefined || body === null) return 'none';
  if (essenceOf(contentType) !== formType || !isContainer(body) || Array.isArray(body))
    return typed(`json ${canonicalText(body, 'event', ['body'])}`, plainTypeOf(contentType));
  const fields: Record<string, unknown> = { ...body };
  for (const [name, value] of Object.entries(fields)) {
    // A parser of forms makes a list where there are several values, and of no other.
    if (!Array.isArray(value) || value.length < 2) fields[name] = [value];
  }
  return typed(`form ${canonicalText(fields, 'event', ['body'])}`, plainTypeOf(contentType));
};

/** By its type, too: a reader may take `application/json` for JSON, and a body of `text/json` for none. */
const typed = (body: string, type: string): string => `${body} by ${JSON.stringify(type)}`;

/** A type without what is another one for each try of a multipart body: the boundary. */
const plainTypeOf = (contentType: string): string =>
  boundaryOf(contentType) === undefined ? contentType : contentType.replace(/(boundary=)(?:(")[^"]*|[^\s;]*)/i, '$1$2');

export const formType = 'application/x-www-form-urlencoded';

/** A type without its parameters; `undefined` where they may change what the content is, and where it may be taken for several. */
export const essenceOf = (contentType: string): string | undefined => {
  if (isAmbiguous(contentType)) return undefined;
  const [essence = '', ...parameters] = contentType.split(';');
  const isPlain = parameters.every((parameter) => !/charset/i.test(parameter) || isUtf8Charset.test(parameter));
  const plain = essence.trim().toLowerCase();
  return isPlain && !mentionsOther(plain, contentType) ? plain : undefined;
};

/** Whether it mentions a form of another kind: some readers take for such whatever begins with its type, or has it anywhere. */
const mentionsOther = (essence: string, contentType: string): boolean =>
  (essence !== formType && /urlencoded/i.test(contentType)) ||
  (!essence.startsWith('multipart/') && /multipart/i.test(contentType));

/** Whether some readers take whatever has this type for a form: a body without a type, or to Elysia all that begins so. */
export const mayBeForm = (essence: string): boolean => essence === '' || essence.startsWith('application/x');

const isUtf8Charset = /^\s*charset\s*=\s*(?:utf-?8|"utf-?8")\s*$/i;

/** Several types were sent, on lines of their own or joined by a comma, and which one the handler reads nobody knows. */
const isAmbiguous = (contentType: string): boolean =>
  contentType.includes('\n') || (contentType.includes(',') && boundaryOf(contentType) === undefined);

/** `application/json`, `application/problem+json`, `application/x-amz-json-1.1`; a list of lines of JSON is none. */
const isJson = /[/+-]json(-1\.\d)?$/;

const byValue = (
  bytes: Uint8Array | undefined,
  text: string | undefined,
  contentType: string,
  json: () => JsonBody | undefined,
): string | undefined => {
  const essence = essenceOf(contentType);
  if (essence?.startsWith('multipart/')) return multipart(bytes, text, contentType);
  if (text === undefined || essence === undefined) return undefined;
  if (essence === formType)
    return isReadAlike(text) ? `form ${canonicalText(byName(formPairs(text)), 'json')}` : undefined;
  // In a text of another type, what JSON takes for equal may differ: 1.0 and 1.
  if (essence === '' ? !/^[{[]/.test(text) : !isJson.test(essence)) return undefined;
  if (mayBeForm(essence) && text.includes('&')) return undefined;
  const parsed = json();
  if (!parsed?.isCertain) return undefined;
  const canonical = canonicalOf(parsed);
  // What is written as JavaScript writes it holds no number that isn't exact; to look at each would take twice as long as all the rest.
  return canonical === text || parsed.inexact().size === 0 ? canonical && `json ${canonical}` : undefined;
};

const multipart = (bytes: Uint8Array | undefined, text: string | undefined, contentType: string) => {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined || (!bytes && text?.isWellFormed() === false)) return undefined;
  const parts = multipartIdentity(bytes ?? Buffer.from(text ?? ''), boundary);
  return parts && `multipart ${parts}`;
};

/** `undefined` when it is nested too deep. */
const canonicalOf = ({ value }: JsonBody): string | undefined => {
  try {
    return canonicalText(value, 'json');
  } catch {
    return undefined;
  }
};

/** A text that is not well-formed would be hashed with its lone surrogates replaced, each by the same. */
const asSent = (text: string): string => (text.isWellFormed() ? `text ${text}` : `utf16 ${JSON.stringify(text)}`);
