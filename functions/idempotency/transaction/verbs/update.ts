import { checkOptions, isNonEmptyString } from '../../base/options.ts';
import type { Attributes } from '../attributes.ts';
import { type ChangedValues, changedValues } from '../changed-values.ts';
import type { ExpressionBuilder } from '../expressions.ts';
import { moveGuards } from '../guards/move-guards.ts';
import { checkTable } from '../table/check-table.ts';
import { itemKeyOf } from '../table/item-key.ts';
import { constraintsOf, type Table } from '../table/table.ts';
import { attributesWritten, withClauses } from '../update-clauses.ts';
import type { Update, Writes } from '../writes.ts';
import { givenExpressions, isObject, keyItem, type VerbContext, writeOptions } from './verb-context.ts';

const owner = 'writes.update';

export const updateWrite =
  ({ toAttributes, items, guards }: VerbContext): Writes['update'] =>
  (table, item, update, options = {}) => {
    checkTable(owner, table);
    checkOptions(owner, options, { ...writeOptions, changes: isObject });
    const key = itemKeyOf(owner, table, toAttributes(keyItem(table, item)));
    const on = givenExpressions(owner, update, toAttributes, { UpdateExpression: isNonEmptyString });
    checkExpression(table, update);
    const changed = changedValues(table, key, options.changes ?? {}, toAttributes);
    const UpdateExpression = assign(on, update.UpdateExpression ?? '', changed);
    if (UpdateExpression === '') throw new TypeError(`${owner}: pass an \`UpdateExpression\`, \`changes\`, or both.`);
    on.requireUnchanged(changed.from, changed.names);
    // What a key makes unique has no guard yet if the update makes the item.
    if (constraintsOf(table).some((names) => names.every((name) => Object.hasOwn(key, name)))) {
      on.require(`attribute_exists(${on.name(table.partitionKey)})`);
    }
    const move = moveGuards({ table, key, from: { ...key, ...changed.from }, to: { ...key, ...changed.to }, options });
    const Update = { TableName: table.tableName, Key: key, UpdateExpression, ...on.build() };
    items.add({ verb: 'Update', table, key, request: { Update }, options });
    move(guards);
  };

/** Whatever an expression makes of an attribute that is unique, nobody could say what to guard. */
const checkExpression = (table: Table, { UpdateExpression, ExpressionAttributeNames }: Update): void => {
  const constrained = constraintsOf(table).flat();
  if (constrained.length === 0 || UpdateExpression === undefined) return;
  const touched = attributesWritten(UpdateExpression, ExpressionAttributeNames).find((name) =>
    constrained.includes(name),
  );
  if (touched === undefined) return;
  throw new TypeError(
    `${owner}: \`${touched}\` of table "${table.tableName}" is declared unique, but the UpdateExpression writes it. Remove it ` +
      `there, and pass the values before and after: \`{ changes: { ${touched}: { from, to } } }\`.`,
  );
};

/** The expression, and what it does not say: the values that change under their guards. */
const assign = (on: ExpressionBuilder, expression: string, { names, to }: ChangedValues): string => {
  const isSet = (name: string) => to[name] !== undefined;
  const sets = names.filter(isSet).map((name) => `${on.name(name)} = ${on.value(to[name] as Attributes[string])}`);
  const removals = names.filter((name) => !isSet(name)).map((name) => on.name(name));
  return withClauses(expression, sets, removals);
};
