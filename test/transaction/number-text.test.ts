import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberText } from '../../functions/idempotency/transaction/number-text.ts';

describe('the text of a number', () => {
  it.each([
    ['1000', '1e3'],
    ['+1000.0', '1e3'],
    ['.5', '5e-1'],
    ['5.', '5e0'],
    ['-0', '0'],
    ['0e5', '0'],
    ['-00120.30E-2', '-1203e-3'],
  ])('%s is %s', (written, text) => expect(numberText(written)).toBe(text));

  it('is the same for every way of writing it, and another for every other number', () => {
    const digits = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: 0, max: 40 }), (one, other, shift) => {
        const text = one.toString();
        expect(numberText(`${text}e${shift}`)).toBe(numberText(`${text}${'0'.repeat(shift)}`));
        expect(numberText(`${text}.${'0'.repeat(shift)}`)).toBe(numberText(text));
        expect(numberText(text) === numberText(other.toString())).toBe(one === other);
      }),
    );
  });

  it.each(['', '.', '-', 'abc', '1 ', '0x1', '1e', 'NaN', 'Infinity', '1,5'])('is refused for "%s"', (written) => {
    expect(() => numberText(written)).toThrow('not a decimal number');
  });
});
