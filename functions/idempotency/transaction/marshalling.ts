import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, type marshallOptions, NumberValueImpl } from '@aws-sdk/util-dynamodb';
import type { DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
import type { Attributes } from './attributes.ts';
import type { Item } from './table/table.ts';

/** How the items of a handler become attribute values: as those of the client that it would use itself. */
export const marshallOptionsOf = ({ marshallOptions }: DynamoDBApi): marshallOptions => ({
  removeUndefinedValues: true,
  ...marshallOptions,
  // The SDK's document client sets this on the options it was given, for commands of its own.
  convertTopLevelContainer: false,
});

export type ToAttributes = (item: Item) => Attributes;

/**
 * Makes attributes of items: a copy of all that is in them, because a guard that was made of a value must stay that of the value
 * which is sent.
 */
export const marshaller = (options: marshallOptions): ToAttributes => {
  recogniseNumberValues();
  return (item) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      throw new TypeError(`writes: an item must be an object, not ${Array.isArray(item) ? 'an array' : String(item)}.`);
    }
    const attributes: Attributes = marshall(item, options);
    settleAll(attributes, '');
    return attributes;
  };
};

/** The package holds a copy of `marshall`, which must know the `NumberValue`s of its users' copy too. */
const recogniseNumberValues = (): void => {
  Object.defineProperty(NumberValueImpl, Symbol.hasInstance, {
    value: (value: unknown) => typeof (value as { toAttributeValue?: unknown } | null)?.toAttributeValue === 'function',
    configurable: true,
  });
};

const settleAll = (attributes: Readonly<Attributes>, path: string): void => {
  for (const [name, value] of Object.entries(attributes)) {
    checkText(name, `${path}${name.toWellFormed()}`);
    settle(value, `${path}${name}`);
  }
};

const settle = (value: AttributeValue, path: string): void => {
  if (value.B !== undefined) value.B = copyOf(value.B, path);
  else if (value.BS !== undefined) value.BS = value.BS.map((bytes) => copyOf(bytes, path));
  else if (value.S !== undefined) checkText(value.S, path);
  else if (value.SS !== undefined) for (const text of value.SS) checkText(text, path);
  else if (value.L !== undefined) for (const part of value.L) settle(part, `${path}[]`);
  else if (value.M !== undefined) settleAll(value.M, `${path}.`);
};

const copyOf = (bytes: unknown, path: string): Uint8Array => {
  if (ArrayBuffer.isView(bytes)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).slice();
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes).slice();
  throw new TypeError(`writes: \`${path}\` holds bytes that have to be awaited. Pass a Uint8Array.`);
};

/** What is no Unicode has no form in DynamoDB, which would store another text than the one that was compared. */
const checkText = (text: string, path: string): void => {
  if (!text.isWellFormed()) {
    throw new TypeError(`writes: \`${path}\` is not well-formed Unicode. Use \`toWellFormed()\`, or pass bytes.`);
  }
};
