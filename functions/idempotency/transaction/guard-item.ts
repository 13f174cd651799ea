import { digest } from '../base/hash.ts';
import { canonicalText } from '../request/comparison/canonical-text.ts';
import { type Item, keyOf, required, type Table, type UniqueConstraint } from './table.ts';

/** The item that holds a unique value. It lies beside the item it guards, so that both live and are backed up together. */
export interface GuardItem {
  attributes: readonly string[];
  key: Item;
  /** The key of the item that has the value. */
  uniqueOf: Item;
}

/**
 * @throws {TypeError} when an attribute of the constraint is missing, or the table's keys are not strings
 * @see https://aws.amazon.com/blogs/database/simulating-amazon-dynamodb-unique-constraints-using-transactions/
 */
export const toGuardItem = (table: Table, item: Item, constraint: UniqueConstraint): GuardItem => {
  const attributes = typeof constraint === 'string' ? [constraint] : constraint;
  if (attributes.length === 0) throw new TypeError('writes: a unique constraint must name at least one attribute.');
  const label = attributes.join('+');
  const values = attributes.map((name) => required(item, name, `the unique constraint ${label}`));
  const uniqueOf = keyOf(table, item);
  const guardKey = `unique#${label}#${digest(canonicalText([attributes, values], 'payload'))}`;
  return { attributes, uniqueOf, key: Object.fromEntries(Object.entries(uniqueOf).map(asGuardKey(table, guardKey))) };
};

const asGuardKey =
  (table: Table, guardKey: string) =>
  ([name, value]: [string, unknown]): [string, string] => {
    if (typeof value === 'string') return [name, guardKey];
    throw new TypeError(
      `writes: \`unique\` needs a table whose keys are strings, since it stores an item of its own there; ` +
        `\`${name}\` of table "${table.tableName}" is a ${typeof value}.`,
    );
  };
