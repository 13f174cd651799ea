/** The names of an object's properties: as they came, in canonical order, and as they are written. */
export interface PropertyNames {
  given: readonly string[];
  sorted: readonly string[];
  written: readonly string[];
}

/** A string as JSON. JSON.stringify is slow to call, so short strings without anything to escape do without it. */
export const quoted = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among what JSON escapes
  text.length < 50 && !/["\\\x00-\x1f\ud800-\udfff]/.test(text) ? `"${text}"` : JSON.stringify(text);

/** Sorted by UTF-16 code units, as RFC 8785 asks; each written with its colon. */
export const propertyNames = (given: readonly string[]): PropertyNames => {
  const sorted = given.toSorted();
  return { given, sorted, written: sorted.map((name) => `${quoted(name)}:`) };
};
