import { isUtf8 } from 'node:buffer';

/** Names and values in the order in which they were sent. */
export type FormPairs = [name: string, value: string][];

/**
 * Reads `application/x-www-form-urlencoded` text such that two texts have equal pairs only where they say the same.
 *
 * A name or value that is not percent-encoded UTF-8, which readers make something lossy of, stays as it was sent, after a lone
 * surrogate: no decoded text has one. So does a value that some readers split before they decode it, and none, without `=`: to some it is another
 * than an empty text.
 *
 * @see https://url.spec.whatwg.org/#urlencoded-parsing
 */
export const formPairs = (text: string): FormPairs => {
  const pairs: FormPairs = [];
  const decoded = isSound(text) ? decodedSoundly : decodedForm;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const [name, value] = nameAndValue(pair);
    const isCertain = pair.includes('=') && !isSeparated(value);
    pairs.push([decoded(name), isCertain ? decoded(value) : undecodable + value]);
  }
  return pairs;
};

/** The two sides of the first `=`. */
export const nameAndValue = (pair: string): [name: string, value: string] => {
  const end = pair.indexOf('=');
  return end < 0 ? [pair, ''] : [pair.slice(0, end), pair.slice(end + 1)];
};

/**
 * Whether there is a sign that isn't percent-encoded and means something to some readers: they make a list of such a value, end it at a second
 * `=`, take a bracket for one of the name, or drop a question mark in front.
 */
const isSeparated = (value: string): boolean => /^\?|[,|=[\]]/.test(value);

/** A value as `formPairs` reads it. */
export const decodedValue = (text: string): string => (isSeparated(text) ? undecodable + text : decodedForm(text));

/** The values of each name, in order. The object has no prototype, so no name is special. */
export const byName = <Value>(pairs: readonly (readonly [name: string, value: Value])[]): Record<string, Value[]> => {
  const values: Record<string, Value[]> = Object.create(null);
  for (const [name, value] of pairs) {
    values[name] ??= [];
    values[name].push(value);
  }
  return values;
};

/** Begins what can't be read for certain. */
const undecodable = '\udc00';

export const isUndecodable = (text: unknown): boolean => typeof text === 'string' && text.startsWith(undecodable);

const decodedSoundly = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** Whether nothing in the whole text needs care. */
export const isSound = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return text.isWellFormed();
  } catch {
    return false;
  }
};

/** A name or a value as it says. Not by decodeURIComponent, because that throws, and a request can hold a million reasons to. */
export const decodedForm = (text: string): string => {
  let isLossy = !text.isWellFormed() || /%(?![\da-f]{2})/i.test(text);
  const plain = text.replaceAll('+', ' ').replace(/(?:%[\da-f]{2})+/gi, (encoded) => {
    const bytes = Buffer.from(encoded.replaceAll('%', ''), 'hex');
    isLossy ||= !isUtf8(bytes);
    return bytes.toString();
  });
  return isLossy ? undecodable + text : plain;
};
