import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item, or a part of one, in DynamoDB's own form. */
export type Attributes = Record<string, AttributeValue>;

export const toText = (value: string) => ({ S: value });
export const toNumber = (value: number) => ({ N: String(value) });

/** The text of an attribute; `undefined` where there is none, or something else. */
export const stringOf = (value: AttributeValue | undefined): string | undefined => value?.S;

export const numberOf = (value: AttributeValue | undefined): number | undefined =>
  value?.N === undefined ? undefined : Number(value.N);
