import { checkOptions, isNonEmptyString, isObjectOf, type OptionRule } from '../../base/options.ts';
import { constraintsOf, type Table } from './table.ts';

const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';

const isConstraint = (value: unknown): boolean =>
  isName(value) ||
  (Array.isArray(value) && value.length > 0 && value.every(isName) && new Set(value).size === value.length);

/** Two constraints of the same attributes would have one guard. */
const areDifferent = (constraints: readonly (string | string[])[]): boolean =>
  new Set(constraints.map((names) => JSON.stringify([names].flat().sort()))).size === constraints.length;

const isUnique: OptionRule = {
  is: (value) => Array.isArray(value) && value.every(isConstraint) && areDifferent(value),
  expected:
    "a list of different constraints, each the name of an attribute or a list of different names: ['orderNo', ['userId', 'cartId']]",
};

const rules = {
  tableName: isNonEmptyString,
  partitionKey: isNonEmptyString,
  sortKey: isNonEmptyString,
  unique: isUnique,
  guards: isObjectOf(
    { tableName: isNonEmptyString, partitionKey: isNonEmptyString },
    'an object of `tableName` and `partitionKey`',
  ),
};

/**
 * @param owner what was called, for messages
 * @throws {TypeError} when the table's name or keys are not given (most often an environment variable that is not set), or it is
 * declared wrongly
 */
export const checkTable = (owner: string, table: Table): void => {
  const name = `${owner}: the table`;
  checkOptions(name, table, rules);
  for (const field of ['tableName', 'partitionKey'] as const) {
    if (table[field] === undefined)
      throw new TypeError(`${name}: \`${field}\` is missing. Is an environment variable set?`);
  }
  if (table.guards && constraintsOf(table).length === 0) {
    throw new TypeError(`${name}: \`guards\` has no effect without \`unique\`.`);
  }
};
