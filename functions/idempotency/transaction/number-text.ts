const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/** As many as DynamoDB keeps. */
const maxDigits = 38;

/**
 * The one text of a number, however it is written: `41`, `41.0` and `4.1e1` are one.
 *
 * @throws {TypeError} for what is no decimal number, or has more digits than DynamoDB keeps
 */
export const numberText = (written: string): string => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = decimal.exec(written) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  if (whole + fraction === '') throw new TypeError(`"${written.slice(0, 40)}" is not a decimal number.`);
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  if (significant.length > maxDigits) {
    throw new TypeError(`${written.slice(0, 60)} has more than the ${maxDigits} digits that DynamoDB keeps.`);
  }
  const scale = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign === '-' ? '-' : ''}${significant}e${scale}`;
};
