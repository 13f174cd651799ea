import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Attributes, absent, hasValue } from './attributes.ts';

/** The expressions of a write, as they are sent. */
export interface Expressions {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Attributes;
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD';
}

export type Conditioned = Expressions & { ConditionExpression: string };

/** For what must have a condition. */
export const conditioned = (expressions: Expressions): Conditioned => ({ ConditionExpression: '', ...expressions });

/** Adds to the expressions of a user, by names and conditions that can't touch what is there. */
export interface ExpressionBuilder {
  /** The alias of an attribute. */
  name(attribute: string): string;
  /** The alias of a value. */
  value(value: AttributeValue): string;
  require(condition: string): void;
  /** Requires that an item still has the values of the given one in some attributes, or none where that has none. */
  requireUnchanged(attributes: Attributes, names: Iterable<string>): void;
  build(): Expressions;
}

export interface GivenExpressions {
  condition?: string | undefined;
  names?: Record<string, string> | undefined;
  values?: Attributes | undefined;
}

export const expressionsOn = (given: GivenExpressions = {}): ExpressionBuilder => {
  const names: Record<string, string> = { ...given.names };
  const values: Attributes = { ...given.values };
  const conditions = given.condition === undefined ? [] : [given.condition];

  const freeAlias = (sigil: '#' | ':', taken: object): string => {
    let count = Object.keys(taken).length;
    while (Object.hasOwn(taken, `${sigil}w${count}`)) count += 1;
    return `${sigil}w${count}`;
  };
  const ownNames = new Map<string, string>();
  const name = (attribute: string): string => {
    const alias = ownNames.get(attribute) ?? freeAlias('#', names);
    ownNames.set(attribute, alias);
    names[alias] = attribute;
    return alias;
  };
  const value = (attribute: AttributeValue): string => {
    const alias = freeAlias(':', values);
    values[alias] = attribute;
    return alias;
  };
  const require = (condition: string) => void conditions.push(condition);

  const requireUnchanged = (attributes: Attributes, unchanged: Iterable<string>): void => {
    for (const attribute of unchanged) {
      const alias = name(attribute);
      if (hasValue(attributes, attribute)) require(`${alias} = ${value(attributes[attribute] as AttributeValue)}`);
      else require(`attribute_not_exists(${alias}) OR ${alias} = ${value(absent)}`);
    }
  };

  const build = (): Expressions => {
    const [only] = conditions;
    const condition = conditions.length > 1 ? conditions.map((each) => `(${each})`).join(' AND ') : only;
    return {
      ...(condition !== undefined && { ConditionExpression: condition }),
      ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
  };

  return { name, value, require, requireUnchanged, build };
};
