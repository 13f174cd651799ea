import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { IdempotencyRecord, RecordStatus } from '../record/record.ts';
import type { EncodedResult } from '../record/result.ts';
import type { RecordNames } from '../record/store.ts';
import { recordOf } from '../record/stored-fields.ts';
import { type Attributes, numberOf, stringOf } from './attributes.ts';
import { fromResultAttributes, type ResultAttributes, toResultAttributes } from './result-attributes.ts';
import { needsAlias, type RecordAttribute, type TableLayout } from './table-layout.ts';

/** How the values of a record are written, where that differs between formats. */
export interface RecordCodec {
  /** The status of a record in progress, as stored. */
  inProgress: string;
  encode(result: EncodedResult): ResultAttributes;
  decode(fields: { encoding: string | undefined; result: AttributeValue | undefined }): EncodedResult | undefined;
}

const ownCodec: RecordCodec = {
  inProgress: 'IN_PROGRESS',
  encode: toResultAttributes,
  decode: fromResultAttributes,
};

export interface Expressions {
  ConditionExpression?: string;
  UpdateExpression?: string;
}

/** Everything about the items of a table that the verbs of the store don't decide. */
export interface RecordFormat extends Omit<RecordCodec, 'decode'> {
  keyOf(id: string): Attributes;
  idOf(item: Attributes): string;
  /** Expressions on this table, from ones that write each attribute of a record as `#name`. */
  express(expressions: Expressions): Expressions & { ExpressionAttributeNames?: Record<string, string> };
  toItem(id: string, fields: { [name in RecordAttribute]?: AttributeValue }): Attributes;
  toRecord(item: Attributes): IdempotencyRecord;
  /** What a completed record takes besides its result, as DynamoDB counts. */
  bytesBesides(record: RecordNames): number;
  /** The value of one attribute of an item. */
  attribute(item: Attributes | undefined, name: RecordAttribute): AttributeValue | undefined;
}

/** A byte for two digits, and one more. */
const numberBytes = (digits: number): number => 1 + Math.ceil(digits / 2);

export const createRecordFormat = (layout: TableLayout, codec: RecordCodec = ownCodec): RecordFormat => {
  const { idAttribute, keyOf, idOf, attributes } = layout;
  const names: Readonly<Record<string, string>> = { id: idAttribute, ...attributes };

  const express: RecordFormat['express'] = (expressions) => {
    const aliases: Record<string, string> = {};
    const inPlace = (_alias: string, attribute: string): string => {
      const name = names[attribute] ?? attribute;
      if (!needsAlias(attribute, name)) return name;
      aliases[`#${attribute}`] = name;
      return `#${attribute}`;
    };
    const written: Expressions = Object.fromEntries(
      Object.entries(expressions).map(([kind, text]) => [kind, text.replace(/#(\w+)/g, inPlace)]),
    );
    // DynamoDB refuses a request that declares an alias which it doesn't use, or none at all.
    return Object.keys(aliases).length > 0 ? { ...written, ExpressionAttributeNames: aliases } : written;
  };

  const toItem: RecordFormat['toItem'] = (id, fields) => {
    const item = keyOf(id);
    for (const [name, value] of Object.entries(fields)) item[names[name] ?? name] = value;
    return item;
  };

  const attribute: RecordFormat['attribute'] = (item, name) => item?.[attributes[name]];

  const nameBytes = (name: RecordAttribute): number => Buffer.byteLength(attributes[name]);
  const keyBytes = Object.entries(keyOf('')).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name + stringOf(value)),
    0,
  );
  const alwaysBytes =
    keyBytes +
    (nameBytes('status') + 'COMPLETED'.length) +
    (nameBytes('attempt') + numberBytes(2)) +
    (nameBytes('expiresAt') + numberBytes(10)) +
    (nameBytes('claimedAt') + numberBytes(13)) +
    nameBytes('result');
  const texts = (['owner', 'fence', 'fingerprint', 'keyHash', 'requestId'] as const).map(
    (name) => [name, nameBytes(name)] as const,
  );

  const bytesBesides: RecordFormat['bytesBesides'] = (record) => {
    let bytes = alwaysBytes + Buffer.byteLength(record.id);
    for (const [name, bytesOfName] of texts) {
      const text = record[name];
      if (text !== undefined) bytes += bytesOfName + Buffer.byteLength(text);
    }
    return bytes;
  };

  const toRecord = (item: Attributes): IdempotencyRecord => {
    const stored = stringOf(attribute(item, 'status'));
    return recordOf({
      id: idOf(item),
      status: (stored === codec.inProgress ? 'IN_PROGRESS' : stored) as RecordStatus,
      text: (name) => stringOf(attribute(item, name)),
      number: (name) => numberOf(attribute(item, name)),
      result: () => resultOf(item),
    });
  };

  const resultOf = (item: Attributes): EncodedResult | undefined => {
    const encoding = stringOf(attribute(item, 'encoding'));
    const result = codec.decode({ encoding, result: attribute(item, 'result') });
    return result && attribute(item, 'thrown')?.BOOL ? { ...result, thrown: true } : result;
  };

  const { inProgress, encode } = codec;
  return { inProgress, encode, keyOf, idOf, express, toItem, toRecord, bytesBesides, attribute };
};
