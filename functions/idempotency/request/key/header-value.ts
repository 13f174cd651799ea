const maxLength = 255;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;
const quotedString = /^"((?:[^"\\]|\\["\\])*)"$/;

/**
 * Reads a key as clients send it: bare, or as the quoted string of RFC 9651 that the draft asks for. Both name the same key.
 *
 * An empty value is one that went wrong, not none. A bare comma is refused, because a header that was sent twice arrives joined by one.
 *
 * @param malformed makes the error to throw from the reason
 */
export const parseKeyText = (text: string, malformed: (reason: string) => Error): string => {
  const trimmed = withoutSpace(text);
  const quoted = quotedString.exec(trimmed)?.[1];
  if (quoted === undefined && trimmed.startsWith('"')) throw malformed('the quoted string does not end properly');
  if (quoted === undefined && trimmed.includes(',')) {
    throw malformed('it contains a comma, so it was sent twice or must be quoted');
  }
  const key = quoted === undefined ? trimmed : quoted.replace(/\\(["\\])/g, '$1');
  if (key === '') throw malformed('it is empty');
  if (key.length > maxLength) throw malformed(`it is longer than ${maxLength} characters`);
  if (controlCharacter.test(key)) throw malformed('it contains a control character');
  if (!key.isWellFormed()) throw malformed('it is not well-formed Unicode');
  return key;
};

/** Without the white space that HTTP allows around a value: other kinds of it are the value's own. */
export const withoutSpace = (text: string): string => {
  let [start, end] = [0, text.length];
  while (isSpace(text[start])) start += 1;
  while (end > start && isSpace(text[end - 1])) end -= 1;
  return text.slice(start, end);
};

/** @see RFC 9110, section 5.6.3 */
const isSpace = (character: string | undefined): boolean => character === ' ' || character === '\t';
