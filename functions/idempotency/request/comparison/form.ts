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
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const end = pair.indexOf('=');
    const name = decoded(end < 0 ? pair : pair.slice(0, end));
    fields[name] ??= [];
    fields[name].push(end < 0 ? '' : decoded(pair.slice(end + 1)));
  }
  return fields;
};

const decoded = (text: string): string => {
  try {
    if (text.isWellFormed()) return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {}
  return `\udc00${text}`;
};
