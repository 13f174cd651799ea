import { checkOptions } from '../../base/options.ts';
import { checkTable } from '../table/check-table.ts';
import { itemKeyOf } from '../table/item-key.ts';
import type { Writes } from '../writes.ts';
import { givenExpressions, keyItem, type VerbContext, writeOptions } from './verb-context.ts';

const owner = 'writes.check';

export const checkWrite =
  ({ toAttributes, items }: VerbContext): Writes['check'] =>
  (table, item, condition, options = {}) => {
    checkTable(owner, table);
    checkOptions(owner, options, writeOptions);
    const key = itemKeyOf(owner, table, toAttributes(keyItem(table, item)));
    const { ConditionExpression, ...others } = givenExpressions(owner, condition, toAttributes).build();
    if (ConditionExpression === undefined) throw new TypeError(`${owner}: a \`ConditionExpression\` is missing.`);
    const ConditionCheck = { TableName: table.tableName, Key: key, ...others, ConditionExpression };
    items.add({ verb: 'ConditionCheck', table, key, request: { ConditionCheck }, options });
  };
