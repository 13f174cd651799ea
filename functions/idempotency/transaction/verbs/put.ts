import { checkOptions } from '../../base/options.ts';
import { attributesText } from '../attribute-text.ts';
import type { Attributes } from '../attributes.ts';
import { moveGuards } from '../guards/move-guards.ts';
import { checkItemSize } from '../item-size.ts';
import { checkTable } from '../table/check-table.ts';
import { itemKeyOf } from '../table/item-key.ts';
import { constraintsOf, type Table } from '../table/table.ts';
import type { PutOptions, Writes } from '../writes.ts';
import { givenExpressions, isObject, type VerbContext, writeOptions } from './verb-context.ts';

const owner = 'writes.put';

export const putWrite =
  ({ toAttributes, items, guards }: VerbContext): Writes['put'] =>
  (table, item, condition, options = {}) => {
    checkTable(owner, table);
    checkOptions(owner, options, { ...writeOptions, replaces: isObject });
    checkReplaces(table, options);
    const Item = toAttributes(item);
    const key = itemKeyOf(owner, table, Item);
    checkItemSize(owner, table, Item);
    const on = givenExpressions(owner, condition, toAttributes);
    const from = replaced(key, options.replaces && toAttributes(options.replaces));
    const names = constraintsOf(table).flat();
    on.requireUnchanged(from, new Set(names));
    const move = moveGuards({ table, key, from, to: Item, options });
    items.add({
      verb: 'Put',
      table,
      key,
      request: { Put: { TableName: table.tableName, Item, ...on.build() } },
      options,
    });
    move(guards);
  };

const checkReplaces = (table: Table, { replaces }: PutOptions): void => {
  const constraints = constraintsOf(table);
  if (constraints.length === 0 && replaces !== undefined) {
    throw new TypeError(
      `${owner}: \`replaces\` has no effect on table "${table.tableName}", which declares no \`unique\` constraint.`,
    );
  }
  if (constraints.length > 0 && replaces === undefined) {
    throw new TypeError(
      `${owner}: table "${table.tableName}" declares ${constraints.map((names) => names.join('+')).join(', ')} unique, and a put ` +
        'replaces a whole item. Pass the item that it replaces, as it was read: `{ replaces: item }`, or `{ replaces: {} }` if there ' +
        'is none. If the item must be new, use `insert`.',
    );
  }
};

/** An item has a key, whether it was passed or not; nothing has none. */
const replaced = (key: Attributes, replaces: Attributes = {}): Attributes => {
  if (Object.keys(replaces).length === 0) return {};
  const whole = { ...key, ...replaces };
  for (const [name, value] of Object.entries(key)) {
    if (attributesText({ name: value }) !== attributesText({ name: whole[name] ?? value })) {
      throw new TypeError(
        `${owner}: \`replaces\` and the item have different values of \`${name}\`. A put replaces the item with the same key.`,
      );
    }
  }
  return whole;
};
