/** The JSON of a list of texts. Not of the list as such: a program may have given all lists a `toJSON`. */
export const jsonOfTexts = (texts: readonly string[]): string =>
  `[${texts.map((text) => JSON.stringify(text)).join(',')}]`;
