import { NumberValueImpl, unmarshall, type unmarshallOptions } from '@aws-sdk/util-dynamodb';
import type { Attributes } from './attributes.ts';
import type { Item } from './table/table.ts';

/**
 * Makes items of attributes, with numbers as the user's client would read them (`wrapNumbers`). Where that client would throw, since
 * a number is beyond a double and no integer, such numbers are `NumberValue`s.
 */
export const unmarshaller =
  (options: unmarshallOptions = {}) =>
  (attributes: Attributes): Item => {
    const given = { ...options, convertWithoutMapWrapper: false };
    try {
      return unmarshall(attributes, given);
    } catch {
      return unmarshall(attributes, { ...given, wrapNumbers });
    }
  };

const wrapNumbers = (text: string): number | bigint | NumberValueImpl => {
  const number = Number(text);
  if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number;
  return /^-?\d+$/.test(text) ? BigInt(text) : NumberValueImpl.from(text);
};
