import * as v from 'valibot';

// Each rule has its own words: valibot's repeat what was sent, however long that is.

/** A name or an id. In UTF-8, three times its length is far below the limits that DynamoDB has for keys. */
export const text = v.pipe(
  v.string('expected text'),
  v.nonEmpty('expected some text'),
  v.maxLength(100, 'expected at most 100 characters'),
  v.check((value) => value.isWellFormed(), 'expected well-formed Unicode, without lone surrogates'),
);

export const wholeNumber = (max: number) => {
  const expected = `expected a whole number from 1 to ${max}`;
  return v.pipe(v.number(expected), v.safeInteger(expected), v.minValue(1, expected), v.maxValue(max, expected));
};

export const fields = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.object(entries, 'expected an object');
