import { checkOptions, isFunction, isNonEmptyString, type OptionRule } from '../../base/options.ts';
import { type ExpressionBuilder, expressionsOn } from '../expressions.ts';
import type { GuardLedger } from '../guards/guard-ledger.ts';
import type { ItemLedger } from '../item-ledger.ts';
import type { ToAttributes } from '../marshalling.ts';
import { type Item, keyNamesOf, type Table } from '../table/table.ts';
import type { Update } from '../writes.ts';

/** What the verbs of one request share. */
export interface VerbContext {
  toAttributes: ToAttributes;
  items: ItemLedger;
  guards: GuardLedger;
}

export const writeOptions = { otherwise: isFunction };

export const isObject: OptionRule = { is: (value) => typeof value === 'object', expected: 'an object' };

const expressionRules = {
  ConditionExpression: isNonEmptyString,
  ExpressionAttributeNames: isObject,
  ExpressionAttributeValues: isObject,
};

/**
 * Expressions that begin with a user's condition.
 *
 * @throws {TypeError} when a field is unknown or wrong, or the condition's parentheses don't match
 */
export const givenExpressions = (
  owner: string,
  given: Partial<Update> = {},
  toAttributes: ToAttributes,
  rules: Partial<Record<keyof Update, OptionRule>> = {},
): ExpressionBuilder => {
  checkOptions(owner, given, { ...expressionRules, ...rules } as never);
  const { ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues } = given;
  if (condition !== undefined && !isBalanced(condition)) {
    throw new TypeError(`${owner}: the parentheses of the ConditionExpression "${condition}" don't match.`);
  }
  return expressionsOn({
    condition,
    names,
    values: ExpressionAttributeValues && toAttributes(ExpressionAttributeValues),
  });
};

/** What closes more than it opens would take the conditions beside it apart. */
const isBalanced = (condition: string): boolean => {
  let depth = 0;
  for (const character of condition) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
};

/** Of what is passed as a key, the key. */
export const keyItem = (table: Table, item: Item): Item =>
  Object.fromEntries(keyNamesOf(table).map((name) => [name, item?.[name]]));
