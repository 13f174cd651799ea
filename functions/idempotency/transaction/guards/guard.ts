import { digest } from '../../base/hash.ts';
import { attributeText } from '../attribute-text.ts';
import { type Attributes, hasValue, pick } from '../attributes.ts';
import { constraintsOf, keyNamesOf, nameOf, type Table } from '../table/table.ts';

/** What the keys of guards begin with, in whichever table; no item of a user's may. */
export const guardPrefix = 'unique-guard#';

const maxLabelLength = 100;

/** The item that holds a unique value for the item that has it. */
export interface Guard {
  /** The attributes of the constraint. */
  attributes: readonly string[];
  tableName: string;
  partitionKey: string;
  key: Attributes;
  /** The key of the item that has the value. */
  owner: Attributes;
}

/** The attributes of a guard besides its key. */
export const ownerName = 'uniqueOf';
export const constraintName = 'uniqueAttributes';

/**
 * The guards of the values that an item has.
 *
 * @param owner the key of the item
 * @throws {TypeError} when keys are no strings and nothing says where else guards lie, or a value is a number that DynamoDB can't keep
 * @see https://aws.amazon.com/blogs/database/simulating-amazon-dynamodb-unique-constraints-using-transactions/
 */
export const guardsOf = (table: Table, owner: Attributes, attributes: Attributes): Guard[] =>
  constraintsOf(table)
    .filter((names) => names.every((name) => hasValue(attributes, name)))
    .map((names) => toGuard(table, owner, attributes, names));

const toGuard = (table: Table, owner: Attributes, attributes: Attributes, names: readonly string[]): Guard => {
  const { tableName, partitionKey } = table.guards ?? table;
  const label = names
    .toSorted()
    .join('+')
    .replace(/[^\w.+-]/g, '_')
    .slice(0, maxLabelLength);
  const id = `${idPrefixOf(table)}${label}#${digest(valueText(attributes, names))}`;
  const keyNames = table.guards ? [partitionKey] : keyNamesOf(table);
  if (!table.guards) checkKeys(table, owner);
  return {
    attributes: names,
    tableName,
    partitionKey,
    key: Object.fromEntries(keyNames.map((name) => [name, { S: id }])),
    owner,
  };
};

/** The guard as it lies in its table. */
export const guardItem = ({ key, attributes, owner }: Guard): Attributes => ({
  ...key,
  [ownerName]: { M: owner },
  [constraintName]: { L: attributes.map((name) => ({ S: name })) },
});

/** What the ids of a table's guards begin with: one guard table may serve several tables. */
export const idPrefixOf = (table: Table): string => guardPrefix + (table.guards ? `${nameOf(table)}#` : '');

/** Whichever order a constraint names its attributes in. */
const valueText = (attributes: Attributes, names: readonly string[]): string => {
  const texts = Object.entries(pick(attributes, names)).map(
    ([name, value]) => `${JSON.stringify(name)}:${attributeText(value)}`,
  );
  return texts.sort().join();
};

const checkKeys = (table: Table, owner: Attributes): void => {
  for (const name of keyNamesOf(table)) {
    if (owner[name]?.S !== undefined) continue;
    throw new TypeError(
      `writes: the key \`${name}\` of table "${table.tableName}" is not a string, so this table can't hold guards. ` +
        'Declare another table for them, whose key is a string: `guards: { tableName, partitionKey }`.',
    );
  }
};
