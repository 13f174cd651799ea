import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Attributes, attributeNamed, type Expressions, unsupported } from './expressions.ts';

const token = /\s*(\(|\)|<>|<=|>=|=|[#:]?\w+)/y;

const tokensOf = (condition: string): string[] => {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < condition.trimEnd().length) {
    const [, text] = token.exec(condition) ?? [];
    if (text === undefined) throw unsupported(condition);
    tokens.push(text);
  }
  return tokens;
};

/** Whether an item meets a condition, of the kinds that these tests and the library send. */
export const isMet = (item: Attributes | undefined, expressions: Expressions): boolean => {
  const { ConditionExpression: condition } = expressions;
  if (condition === undefined) return true;
  const tokens = tokensOf(condition);

  const operandOf = (operand = ''): AttributeValue | undefined =>
    operand.startsWith(':')
      ? expressions.ExpressionAttributeValues?.[operand]
      : item?.[attributeNamed(operand, expressions)];

  const next = (expected?: string): string => {
    const text = tokens.shift();
    if (text === undefined || (expected !== undefined && text !== expected)) throw unsupported(condition);
    return text;
  };

  const primary = (): boolean => {
    const first = next();
    if (first === '(') {
      const met = either();
      next(')');
      return met;
    }
    if (first === 'attribute_not_exists' || first === 'attribute_exists') {
      next('(');
      const exists = operandOf(next()) !== undefined;
      next(')');
      return exists === (first === 'attribute_exists');
    }
    return compare(operandOf(first), next(), operandOf(next()));
  };

  const compare = (one: AttributeValue | undefined, operator: string, other: AttributeValue | undefined): boolean => {
    if (one === undefined || other === undefined) return false;
    if (operator === '=') return isDeepStrictEqual(one, other);
    if (operator === '<=') return Number(one.N) <= Number(other.N);
    if (operator === '>=') return Number(one.N) >= Number(other.N);
    throw unsupported(condition);
  };

  // All parts are read, whatever the first ones say, since reading takes them off the list.
  const joined = (part: () => boolean, word: string, join: (one: boolean, other: boolean) => boolean): boolean => {
    let met = part();
    while (tokens[0] === word) {
      tokens.shift();
      met = join(part(), met);
    }
    return met;
  };
  const both = (): boolean => joined(primary, 'AND', (one, other) => one && other);
  const either = (): boolean => joined(both, 'OR', (one, other) => one || other);

  const met = either();
  if (tokens.length > 0) throw unsupported(condition);
  return met;
};
