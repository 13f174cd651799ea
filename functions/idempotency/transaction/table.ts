import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { isMissing } from '../request/comparison/hole.ts';

/** A table of your own, and what its items are identified by. */
export interface Table {
  tableName: string;
  partitionKey: string;
  sortKey?: string;
}

export type Item = Record<string, NativeAttributeValue>;

/** One attribute, or several that are unique together. */
export type UniqueConstraint = string | readonly string[];

/** @throws {TypeError} when the table's name or keys are not given: most often an environment variable that is not set */
export const checkTable = (table: Table): void => {
  for (const field of ['tableName', 'partitionKey'] as const) {
    if (typeof table?.[field] !== 'string' || table[field] === '') {
      throw new TypeError(
        `writes: the table's \`${field}\` must be a non-empty string, not ${String(table?.[field])}.`,
      );
    }
  }
};

/** @throws {TypeError} when a key attribute is missing */
export const keyOf = (table: Table, item: Item): Item => {
  const names = table.sortKey === undefined ? [table.partitionKey] : [table.partitionKey, table.sortKey];
  return Object.fromEntries(names.map((name) => [name, required(item, name, `the key of table "${table.tableName}"`)]));
};

/** @throws {TypeError} when the attribute is missing */
export const required = (item: Item, name: string, purpose: string): NativeAttributeValue => {
  const value = Object.hasOwn(item, name) ? item[name] : undefined;
  if (isMissing(value)) throw new TypeError(`writes: the item has no \`${name}\`, which ${purpose} needs.`);
  return value;
};
