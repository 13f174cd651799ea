import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Attributes = Record<string, AttributeValue>;

export interface Expressions {
  ConditionExpression?: string | undefined;
  UpdateExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Attributes | undefined;
}

const unsupported = (expression: string): Error =>
  new Error(`The stand-in for DynamoDB does not know this expression: ${expression}`);

/** What an expression names: an attribute, or an alias of one. */
const attributeNamed = (name: string, { ExpressionAttributeNames: aliases = {} }: Expressions): string =>
  name.startsWith('#') ? (aliases[name] ?? '') : name;

const numberOf = (value: AttributeValue | undefined): number => Number(value?.N);

/** Whether an item meets a condition, of the few kinds that these tests and the library send. */
export const isMet = (item: Attributes | undefined, expressions: Expressions): boolean => {
  const { ConditionExpression: condition } = expressions;
  if (condition === undefined) return true;
  return condition.split(' OR ').some((clause) => {
    const [, absent] = /^attribute_not_exists\((#?\w+)\)$/.exec(clause) ?? [];
    if (absent) return item?.[attributeNamed(absent, expressions)] === undefined;
    const [, name, operator, value] = /^(#?\w+) (<=|>=) (:\w+)$/.exec(clause) ?? [];
    if (!name || !value) throw unsupported(condition);
    const attribute = numberOf(item?.[attributeNamed(name, expressions)]);
    const limit = numberOf(expressions.ExpressionAttributeValues?.[value]);
    return operator === '<=' ? attribute <= limit : attribute >= limit;
  });
};

export const updated = (item: Attributes, expressions: Expressions): Attributes => {
  const [, name, value] = /^ADD (#?\w+) (:\w+)$/.exec(expressions.UpdateExpression ?? '') ?? [];
  const attribute = name && attributeNamed(name, expressions);
  if (!value || !attribute) throw unsupported(String(expressions.UpdateExpression));
  const sum =
    (item[attribute] ? numberOf(item[attribute]) : 0) + numberOf(expressions.ExpressionAttributeValues?.[value]);
  return { ...item, [attribute]: { N: String(sum) } };
};
