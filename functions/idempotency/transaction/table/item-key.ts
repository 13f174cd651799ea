import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Attributes, pick } from '../attributes.ts';
import { guardPrefix } from '../guards/guard.ts';
import { hasRecordKey } from './record-key.ts';
import { keyNamesOf, type Table } from './table.ts';

/** DynamoDB's limits, in bytes. */
const maxPartitionKey = 2048;
const maxSortKey = 1024;

/**
 * The key of an item, as it is sent.
 *
 * @throws {TypeError} when a part of it is missing, empty, too long, of a type that no key has, or that of a guard or record
 */
export const itemKeyOf = (owner: string, table: Table, attributes: Attributes): Attributes => {
  for (const name of keyNamesOf(table)) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    const complain = (what: string): never => {
      throw new TypeError(`${owner}: \`${name}\` of the item, a key of table "${table.tableName}", ${what}.`);
    };
    if (value === undefined || value.NULL !== undefined) complain('is missing');
    else checkKey(value, name === table.partitionKey ? maxPartitionKey : maxSortKey, complain);
  }
  if (attributes[table.partitionKey]?.S?.startsWith(guardPrefix)) {
    throw new TypeError(
      `${owner}: keys that begin with "${guardPrefix}" are reserved for the guards of unique values. Choose another key.`,
    );
  }
  if (hasRecordKey(table, attributes)) {
    throw new TypeError(
      `${owner}: the item has the key of an idempotency record, which table "${table.tableName}" has too. Choose another key, give ` +
        'the store a `keyPrefix` that no item of yours begins with, or a table of its own.',
    );
  }
  return pick(attributes, keyNamesOf(table));
};

const checkKey = ({ S, N, B }: AttributeValue, maxBytes: number, complain: (what: string) => never): void => {
  if (N !== undefined) return;
  if (S === undefined && B === undefined) complain('must be a string, a number or bytes');
  const length = B?.byteLength ?? Buffer.byteLength(S ?? '');
  if (length === 0) complain('is empty');
  if (length > maxBytes) complain(`is longer than the ${maxBytes} bytes that DynamoDB takes`);
};
