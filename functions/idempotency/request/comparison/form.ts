import { isUtf8 } from 'node:buffer';

/** The names of a form or a query string, each with its values in order. */
export type FormFields = Record<string, string[]>;

/**
 * Reads `application/x-www-form-urlencoded` text such that two texts have equal fields only where they say the same. The
 * object has no prototype, so no name is special.
 *
 * A name or value that is not percent-encoded UTF-8, which readers make something lossy of, stays as it was sent, after a lone
 * surrogate: no decoded text has one.
 *
 * @see https://url.spec.whatwg.org/#urlencoded-parsing
 */
export const formFields = (text: string): FormFields => {
  const fields: FormFields = Object.create(null);
  const decoded = isSound(text) ? decodedSoundly : decodedCarefully;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const end = pair.indexOf('=');
    const name = decoded(end < 0 ? pair : pair.slice(0, end));
    fields[name] ??= [];
    fields[name].push(end < 0 ? '' : decoded(pair.slice(end + 1)));
  }
  return fields;
};

const decodedSoundly = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** Whether nothing in the whole text needs care. */
const isSound = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return text.isWellFormed();
  } catch {
    return false;
  }
};

/** Not by decodeURIComponent, because that throws, and a request can hold a million reasons to. */
const decodedCarefully = (text: string): string => {
  let isLossy = !text.isWellFormed() || /%(?![\da-f]{2})/i.test(text);
  const plain = text.replaceAll('+', ' ').replace(/(?:%[\da-f]{2})+/gi, (encoded) => {
    const bytes = Buffer.from(encoded.replaceAll('%', ''), 'hex');
    isLossy ||= !isUtf8(bytes);
    return bytes.toString();
  });
  return isLossy ? `\udc00${text}` : plain;
};
