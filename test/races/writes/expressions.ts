import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Attributes = Record<string, AttributeValue>;

export interface Expressions {
  ConditionExpression?: string | undefined;
  UpdateExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Attributes | undefined;
}

export const unsupported = (expression: string): Error =>
  new Error(`The stand-in for DynamoDB does not know this expression: ${expression}`);

/** What an expression names: an attribute, or an alias of one. */
export const attributeNamed = (name: string, { ExpressionAttributeNames: aliases = {} }: Expressions): string =>
  name.startsWith('#') ? (aliases[name] ?? '') : name;

/** An item after an update of the kinds that these tests and the library send. */
export const updated = (item: Attributes, expressions: Expressions): Attributes => {
  const { UpdateExpression: expression = '', ExpressionAttributeValues: values = {} } = expressions;
  const [, ...clauses] = expression.split(/\b(SET|REMOVE|ADD) /);
  const after = { ...item };
  for (let index = 0; index < clauses.length; index += 2) {
    for (const action of clauses[index + 1]?.trim().split(', ') ?? []) {
      const [, name = '', value = ''] = /^(#?\w+)(?: (?:= )?(:\w+))?$/.exec(action) ?? [];
      const attribute = attributeNamed(name, expressions);
      const operand = values[value];
      if (attribute === '' || (clauses[index] !== 'REMOVE' && !operand)) throw unsupported(expression);
      if (clauses[index] === 'REMOVE') delete after[attribute];
      else if (clauses[index] === 'SET') after[attribute] = operand as AttributeValue;
      else after[attribute] = { N: String(Number(item[attribute]?.N ?? 0) + Number(operand?.N)) };
    }
  }
  return after;
};
