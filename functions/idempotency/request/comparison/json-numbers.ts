const quote = 34;
const minus = 45;
const nine = 57;
const smallE = 101;

/** A double keeps 15 significant digits, so no shorter number without an exponent needs a closer look. */
const alwaysExactLength = 15;

/**
 * The values of those numbers in a JSON text that are written with more precision or range than a double has: another such
 * number may parse to the same value.
 *
 * @param json valid JSON
 */
export const inexactNumbers = (json: string): ReadonlySet<number> => {
  const inexact = new Set<number>();
  let length = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code >= minus && code <= nine) {
      length += 1;
      if (length <= alwaysExactLength) continue;
    } else if (length === 0 || (code | 32) !== smallE) {
      length = 0;
      if (code === quote) at = endOfString(json, at);
      continue;
    } else {
      length += 1;
    }
    const start = at - length + 1;
    at = endOfNumber(json, at);
    const literal = json.slice(start, at);
    if (!isExact(literal)) inexact.add(Number(literal));
    length = 0;
    at -= 1;
  }
  return inexact;
};

/** Where the string that begins at a quote ends: at the next quote that follows an even number of backslashes. */
const endOfString = (json: string, start: number): number => {
  let end = start;
  for (;;) {
    end = json.indexOf('"', end + 1);
    let before = end;
    while (json[before - 1] === '\\') before -= 1;
    if ((end - before) % 2 === 0) return end;
  }
};

const endOfNumber = (json: string, within: number): number => {
  let end = within;
  while (end < json.length && !' \t\n\r,]}'.includes(json[end] as string)) end += 1;
  return end;
};

const isExact = (literal: string): boolean => {
  const value = Number(literal);
  const double = `${value}`;
  if (literal === double || !Number.isFinite(value)) return literal === double;
  // Without an exponent, and without zeros at its end, a number has but one spelling.
  if (!literal.endsWith('0') && !/e/i.test(literal + double)) return false;
  return decimal(literal) === decimal(double);
};

/** A decimal number in one spelling, without its sign: the digits that count, and the exponent. */
const decimal = (literal: string): string => {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  let start = 0;
  let end = digits.length;
  while (digits[start] === '0') start += 1;
  while (end > start && digits[end - 1] === '0') end -= 1;
  return start === end ? '0' : `${digits.slice(start, end)}e${Number(exponent) + whole.length - end}`;
};
