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
        `${owner}: \`changes\` names \`${name}\`, which is no attribute that table "${table.tableName}" declares unique and that can ` +
          'change. Write it in the UpdateExpression.',
      );
    }
    if (Object.keys(changes[name] ?? {}).some((field) => field !== 'from' && field !== 'to')) {
      throw new TypeError(`${owner}: \`changes.${name}\` takes \`from\` and \`to\`, the values before and after.`);
    }
  }
  for (const constraint of constraints.filter((attributes) => attributes.some((name) => names.includes(name)))) {
    const missing = constraint.find((name) => !names.includes(name) && !Object.hasOwn(key, name));
    if (missing === undefined) continue;
    throw new TypeError(
      `${owner}: ${constraint.join(' and ')} are unique together in table "${table.tableName}", and \`changes\` lacks \`${missing}\`. ` +
        'Pass its `from` and `to`, which are the same if it stays.',
    );
  }
  const side = (of: keyof Change): Attributes =>
    toAttributes(Object.fromEntries(names.map((name) => [name, changes[name]?.[of]])));
  return { names, from: side('from'), to: side('to') };
};
