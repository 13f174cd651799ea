import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item, or a part of one, as DynamoDB has it. */
export type Attributes = Record<string, AttributeValue>;

export const absent: AttributeValue = { NULL: true };

/** Whether an item has a value there: `null` is none, as for a unique index of a relational database. */
export const hasValue = (attributes: Attributes, name: string): boolean => {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return value !== undefined && value.NULL === undefined;
};

export const pick = (attributes: Attributes, names: readonly string[]): Attributes =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
