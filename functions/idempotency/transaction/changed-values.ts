import type { Attributes } from './attributes.ts';
import type { ToAttributes } from './marshalling.ts';
import { constraintsOf, keyNamesOf, type Table } from './table/table.ts';
import type { Change } from './writes.ts';

/** What the attributes of unique constraints change from and to. */
export interface ChangedValues {
  names: readonly string[];
  from: Attributes;
  to: Attributes;
}

const owner = 'writes.update';

/** @throws {TypeError} for an attribute of no constraint, or a constraint of which something is not said */
export const changedValues = (
  table: Table,
  key: Attributes,
  changes: Readonly<Record<string, Change>>,
  toAttributes: ToAttributes,
): ChangedValues => {
  const names = Object.keys(changes);
  const constraints = constraintsOf(table);
  for (const name of names) {
    if (keyNamesOf(table).includes(name) || !constraints.flat().includes(name)) {
      throw new TypeError(
        `${owner}: \`changes\` names \`${name}\`, which is part of the key, or of no unique constraint, of table ` +
          `"${table.tableName}". Write it in the UpdateExpression.`,
      );
    }
    if (Object.keys(changes[name] ?? {}).some((field) => field !== 'from' && field !== 'to')) {
      throw new TypeError(`${owner}: \`changes.${name}\` must be { from, to }: the values before and after.`);
    }
  }
  for (const constraint of constraints.filter((attributes) => attributes.some((name) => names.includes(name)))) {
    const missing = constraint.find((name) => !names.includes(name) && !Object.hasOwn(key, name));
    if (missing === undefined) continue;
    throw new TypeError(
      `${owner}: ${constraint.join(' and ')} are unique together in table "${table.tableName}", but \`changes\` lacks \`${missing}\`. ` +
        'Pass its `from` and `to`, equal ones if it does not change.',
    );
  }
  const side = (of: keyof Change): Attributes =>
    toAttributes(Object.fromEntries(names.map((name) => [name, changes[name]?.[of]])));
  return { names, from: side('from'), to: side('to') };
};
