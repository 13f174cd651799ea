import { endOfString } from '../../base/parse-json.ts';

const quote = 34;
const plus = 43;
const minus = 45;
const zero = 48;
const nine = 57;
const smallE = 101;

/** A double keeps 15 significant digits, so no shorter number needs a closer look, unless its exponent is long. */
const alwaysExactLength = 15;
const shortExponentLength = 2;

/** A double is told from all others by 17 digits, so nobody who writes one writes more. */
const maxDigits = 17;

/** From here on doubles are further apart than integers. */
const maxExactInteger = 2 ** 53;

/** How many numbers that nobody writes so are looked at: each takes twenty times as long as JSON.parse. */
const maxUnusual = 5000;

/**
 * The values of those numbers in a JSON text that are written with more precision or range than a double has: another such
 * number may parse to the same value. Of very many in an unusual spelling, the last ones count as such.
 *
 * @param json valid JSON
 */
export const inexactNumbers = (json: string): ReadonlySet<number> => {
  const inexact = new Set<number>();
  let unusual = 0;
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
    const end = endOfNumber(json, at);
    if (!hasShortExponent(json, at, end)) {
      const literal = json.slice(start, end);
      const value = Number(literal);
      if (unusual > maxUnusual || !isUsual(literal, value)) {
        unusual += 1;
        if (unusual > maxUnusual || !isExact(literal, value)) inexact.add(value);
      }
    }
    length = 0;
    at = end - 1;
  }
  return inexact;
};

const endOfNumber = (json: string, within: number): number => {
  let end = within;
  while (end < json.length && isOfNumber(json.charCodeAt(end))) end += 1;
  return end;
};

/** Of what can follow a digit in JSON: a digit, a dot, a sign or `e`. */
const isOfNumber = (code: number): boolean =>
  (code >= minus && code <= nine) || code === plus || (code | 32) === smallE;

/** Whether what follows is the exponent of a number that is short itself, and far from the ends of a double's range. */
const hasShortExponent = (json: string, at: number, end: number): boolean => {
  const isSigned = json.charCodeAt(at + 1) < zero;
  return json.charCodeAt(at) > nine && end - at - (isSigned ? 2 : 1) <= shortExponentLength;
};

/** Whether a number is written as JavaScript writes it, or with all 17 digits, and so is exact. */
const isUsual = (literal: string, value: number): boolean =>
  literal === `${value}` || (Math.abs(value) < maxExactInteger && literal === value.toPrecision(maxDigits));

/**
 * Whether a number is what its double says to as many digits: 8.9, and 8.9000000000000004, which some writers make of it. Of
 * integers that doubles are too far apart for, the shortest spelling counts alone: another one may be another id.
 */
const isExact = (literal: string, value: number): boolean => {
  const sent = decimal(literal);
  const count = sent.indexOf('e');
  if (count === 0) return true;
  if (count > maxDigits || !Number.isFinite(value)) return false;
  return (
    sent === decimal(`${value}`) ||
    (Math.abs(value) < maxExactInteger && sent === decimal(value.toExponential(count - 1)))
  );
};

/** A decimal number in one form, without its sign: the digits that count, and the power of ten that the first one stands for. */
const decimal = (text: string): string => {
  const small = text.indexOf('e');
  const e = small < 0 ? text.indexOf('E') : small;
  const mantissa = e < 0 ? text : text.slice(0, e);
  const sign = text.startsWith('-') ? 1 : 0;
  const dot = mantissa.indexOf('.');
  const whole = (dot < 0 ? mantissa.length : dot) - sign;
  const digits = mantissa.slice(sign, whole + sign) + mantissa.slice(whole + sign + 1);
  let start = 0;
  let end = digits.length;
  while (digits[start] === '0') start += 1;
  while (end > start && digits[end - 1] === '0') end -= 1;
  return `${digits.slice(start, end)}e${(e < 0 ? 0 : Number(text.slice(e + 1))) + whole - start - 1}`;
};
