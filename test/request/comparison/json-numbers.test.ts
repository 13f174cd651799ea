import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inexactNumbers } from '../../../functions/idempotency/request/comparison/json-numbers.ts';

// A fixed seed, so that a run that fails can be repeated.
const options = { seed: 20_260_101, numRuns: 3000 };

describe('a number in JSON', () => {
  it.each([
    '0',
    '-0',
    '0.0',
    '0e400',
    '1',
    '1.0',
    '1e2',
    '100',
    '-1.50',
    '1E+2',
    '0.1',
    '0.30000000000000004',
    '5e-324',
    '1.7976931348623157e308',
    '9007199254740992',
    '123456789012345',
    '1e0000000000000005',
    '10000000000000000000000000',
    '0.0000000000000000000000000001',
    '1.00000000000000000000000000000000000',
    '123456789012345000000000e-9',
    // As PHP, C's %.17g and Apple's JSONSerialization write doubles.
    '8.9000000000000004',
    '0.10000000000000001',
    '-1.1000000000000001',
    '1.7976931348623157e+308',
    '1.0000000000000001e-1',
  ])('is exact: %s', (number) => {
    expect(inexactNumbers(number)).toEqual(new Set());
    expect(inexactNumbers(`{"a":[1 , ${number}]}`)).toEqual(new Set());
  });

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '0.1234567890123456789',
    '1e400',
    '-1e400',
    '1e-400',
    '1E-999',
    '0.30000000000000004000000000000001',
    '333333333.33333329',
    // The next id is the same double.
    '90071992547409928',
    '4503599627370496.3',
    '2e308',
    '4e-324',
    '0.1000000000000000055511151231257827',
  ])('is inexact: %s', (number) => {
    expect(inexactNumbers(number)).toEqual(new Set([Number(number)]));
    expect(inexactNumbers(`{"a":[1 ,${number}\n]}`)).toEqual(new Set([Number(number)]));
    expect(inexactNumbers(`{"a":${number}}`)).toEqual(new Set([Number(number)]));
  });

  it('is none where it is in a string, whatever escapes that has', () => {
    const strings = ['9007199254740993', '\\', '"9007199254740993', '\\"1e999', 'a\\\\', '\\\\"', '[1e999,', ''];
    expect(inexactNumbers(JSON.stringify(Object.fromEntries(strings.map((text) => [text, text]))))).toEqual(new Set());
    expect(inexactNumbers(`[${strings.map((text) => `${JSON.stringify(text)},1e999`)}]`)).toEqual(new Set([Infinity]));
  });

  const digits = fc.string({ unit: fc.constantFrom(...'0000123456789'), maxLength: 25 });
  const literal = fc
    .tuple(
      fc.constantFrom('', '-'),
      digits.map((text) => text.replace(/^0+/, '') || '0'),
      fc.option(digits.filter((text) => text !== '')),
      fc.option(fc.oneof(fc.integer({ min: -345, max: 330 }), fc.integer({ min: -3, max: 3 }))),
      fc.constantFrom('e', 'E', 'e0'),
    )
    .map(
      ([sign, whole, fraction, exponent, e]) =>
        `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `${exponent < 0 ? 'e' : e}${exponent}`}`,
    );
  const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value));

  it('is exact if its double, written with as many digits, is the very number', () => {
    fc.assert(
      fc.property(fc.oneof(literal, double), (number) => {
        expect(inexactNumbers(`[${number}]`)).toEqual(new Set(isHeldExactly(number) ? [] : [Number(number)]));
      }),
      options,
    );
  });

  it('is found among others, between strings and whatever the white space', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            literal,
            double,
            fc.string().map((text) => JSON.stringify(text)),
          ),
        ),
        fc.constantFrom('', ' ', '\n\t'),
        (items, space) => {
          const inexact = items.filter((item) => !item.startsWith('"') && !isHeldExactly(item)).map(Number);
          expect(inexactNumbers(`[${space}${items.join(`${space},${space}`)}${space}]`)).toEqual(new Set(inexact));
        },
      ),
      { ...options, numRuns: 500 },
    );
  });

  it('counts as inexact where there are very many in unusual spellings', () => {
    const json = (count: number) => `[${'1.00000000000000000000,'.repeat(count)}2]`;
    expect(inexactNumbers(json(5000))).toEqual(new Set());
    expect(inexactNumbers(json(5001))).toEqual(new Set([1]));
    expect(inexactNumbers(`[${`${(1 / 3).toPrecision(17)},${1 / 3},1e-05,`.repeat(6000)}2]`)).toEqual(new Set());
  });

  it.each([
    ['digits', '1'.repeat(4e6)],
    ['zeros in the middle', `1.${'0'.repeat(4e6)}1`],
    ['zeros at the end', `1.${'0'.repeat(4e6)}`],
    ['zeros in front', `0.${'0'.repeat(4e6)}1`],
    ['zeros and a nine, over and over', `1.${'09'.repeat(2e6)}`],
    ['an exponent', `1e${'9'.repeat(4e6)}`],
    ['zeros in the exponent', `1e${'0'.repeat(4e6)}1`],
    ['many such', `[${'1e999,'.repeat(6e5)}1]`],
    ['backslashes', `"${'\\\\'.repeat(2e6)}"`],
    ['quotes', `"${'\\"'.repeat(2e6)}"`],
  ])('takes no long time, even with 4 MB of %s', (_what, json) => {
    const start = performance.now();
    inexactNumbers(json);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

/** Compares without doubles: as integers, after both were multiplied by the same power of ten. */
const isHeldExactly = (number: string): boolean => {
  const double = Number(number);
  if (!Number.isFinite(double)) return false;
  const sent = scaled(number);
  const count = String(sent.digits).replace(/0+$/, '').length;
  if (count > 17) return false;
  const isSent = (held: ReturnType<typeof scaled>) => {
    const least = sent.exponent < held.exponent ? sent.exponent : held.exponent;
    const common = ({ digits, exponent }: typeof sent) => digits * 10n ** (exponent - least);
    return common(sent) === common(held);
  };
  const toAsManyDigits = Math.abs(double) < 2 ** 53 && scaled(double.toExponential(Math.max(count - 1, 0)));
  return isSent(scaled(String(double))) || (toAsManyDigits !== false && isSent(toAsManyDigits));
};

const scaled = (number: string): { digits: bigint; exponent: bigint } => {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return {
    digits: BigInt(whole.replace('-', '') + fraction),
    exponent: BigInt(exponent.replace('+', '')) - BigInt(fraction.length),
  };
};
