import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attributes } from './attributes.ts';
import type { Table } from './table/table.ts';

/**
 * How large an item is, as DynamoDB counts it.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const itemSize = (attributes: Attributes): number => sum(Object.entries(attributes).map(entrySize));

/** DynamoDB's limit for an item. */
const maxItemBytes = 400 * 1024;

/** @throws {RangeError} when an item is larger than DynamoDB takes */
export const checkItemSize = (owner: string, { tableName }: Table, attributes: Attributes): void => {
  const bytes = itemSize(attributes);
  if (bytes <= maxItemBytes) return;
  throw new RangeError(
    `${owner}: an item for table "${tableName}" is ${bytes} bytes, but DynamoDB takes at most ${maxItemBytes}. Keep its larger parts elsewhere, for instance in S3.`,
  );
};

const perContainer = 3;
const perPart = 1;

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

const entrySize = ([name, value]: [string, AttributeValue]): number => Buffer.byteLength(name) + valueSize(value);

const valueSize = ({ S, N, B, SS, NS, BS, L, M }: AttributeValue): number => {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return numberSize(N);
  if (B !== undefined) return B.byteLength;
  if (SS !== undefined) return sum(SS.map((text) => Buffer.byteLength(text)));
  if (NS !== undefined) return sum(NS.map(numberSize));
  if (BS !== undefined) return sum(BS.map(({ byteLength }) => byteLength));
  if (L !== undefined) return perContainer + sum(L.map((part) => perPart + valueSize(part)));
  if (M !== undefined) return perContainer + sum(Object.entries(M).map((entry) => perPart + entrySize(entry)));
  return 1;
};

/** A byte for two digits, and one for the exponent. */
const numberSize = (number: string): number => {
  const [digits = ''] = number.replace(/[-+.]/g, '').replace(/^0+/, '').toLowerCase().split('e');
  return 1 + Math.ceil(digits.replace(/0+$/, '').length / 2);
};
