import { checkOptions } from '../../base/options.ts';
import { expressionsOn } from '../expressions.ts';
import { guardsOf } from '../guards/guard.ts';
import { checkItemSize } from '../item-size.ts';
import { checkTable } from '../table/check-table.ts';
import { itemKeyOf } from '../table/item-key.ts';
import type { Writes } from '../writes.ts';
import { type VerbContext, writeOptions } from './verb-context.ts';

const owner = 'writes.insert';

export const insertWrite =
  ({ toAttributes, items, guards }: VerbContext): Writes['insert'] =>
  (table, item, options = {}) => {
    checkTable(owner, table);
    checkOptions(owner, options, writeOptions);
    const Item = toAttributes(item);
    const key = itemKeyOf(owner, table, Item);
    checkItemSize(owner, table, Item);
    const taken = guardsOf(table, key, Item);
    const on = expressionsOn();
    on.require(`attribute_not_exists(${on.name(table.partitionKey)})`);
    const Put = { TableName: table.tableName, Item, ...on.build() };
    items.add({ verb: 'Insert', table, key, request: { Put }, options });
    for (const guard of taken) guards.take(guard, options);
  };
