import { checkOptions } from '../../base/options.ts';
import { guardsOf } from '../guards/guard.ts';
import { checkTable } from '../table/check-table.ts';
import { itemKeyOf } from '../table/item-key.ts';
import { constraintsOf, type Item, keyNamesOf, type Table } from '../table/table.ts';
import type { Writes } from '../writes.ts';
import { givenExpressions, type VerbContext, writeOptions } from './verb-context.ts';

const owner = 'writes.delete';

export const deleteWrite =
  ({ toAttributes, items, guards }: VerbContext): Writes['delete'] =>
  (table, item, condition, options = {}) => {
    checkTable(owner, table);
    checkOptions(owner, options, writeOptions);
    const attributes = toAttributes(item);
    const key = itemKeyOf(owner, table, attributes);
    checkIsWhole(table, item);
    const on = givenExpressions(owner, condition, toAttributes);
    on.requireUnchanged(attributes, new Set(constraintsOf(table).flat()));
    const freed = guardsOf(table, key, attributes);
    items.add({
      verb: 'Delete',
      table,
      key,
      request: { Delete: { TableName: table.tableName, Key: key, ...on.build() } },
      options,
    });
    for (const guard of freed) guards.free(guard);
  };

/** A bare key would leave the values of the item taken for ever, unless it has none. */
const checkIsWhole = (table: Table, item: Item): void => {
  const constraints = constraintsOf(table);
  const names = Object.keys(item);
  if (constraints.length === 0 || names.some((name) => !keyNamesOf(table).includes(name))) return;
  if (constraints.flat().every((name) => names.includes(name))) return;
  const [first = ''] = constraints.flat();
  throw new TypeError(
    `${owner}: table "${table.tableName}" declares ${constraints.map((each) => each.join('+')).join(', ')} unique, and the item is ` +
      `a bare key. Pass the whole item as it was read, so that its values become free; if it has none, say \`${first}: undefined\`.`,
  );
};
