import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { IdempotencyRecord, PreviousOutcome, RecordStatus } from '../record/record.ts';
import type { EncodedResult } from '../record/result.ts';
import type { RecordNames } from '../record/store.ts';
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
    const text = (name: RecordAttribute) => stringOf(attribute(item, name));
    const number = (name: RecordAttribute) => numberOf(attribute(item, name));
    const stored = text('status');
    const status = (stored === codec.inProgress ? 'IN_PROGRESS' : stored) as RecordStatus;
    const expiresAtSeconds = number('expiresAt') ?? Number.POSITIVE_INFINITY;
    const [attempt, ended] = [number('attempt'), number('ended')];
    const tookOver = status === 'IN_PROGRESS' && (ended ?? 0) < (attempt ?? 1) - 1;
    return {
      id: idOf(item),
      status,
      expiresAtSeconds,
      ...optional('owner', text('owner')),
      ...optional('fence', text('fence')),
      ...optional('claimedBy', text('claimedBy')),
      ...optional('attempt', attempt),
      ...optional('endedAttempts', ended),
      ...optional('previous', tookOver ? 'crashed' : (text('previous') as PreviousOutcome | undefined)),
      // A claim without a lease of its own holds as long as its record.
      ...optional(
        'leaseExpiresAtMs',
        number('leaseExpiresAt') ?? (status === 'IN_PROGRESS' ? expiresAtSeconds * 1000 : undefined),
      ),
      ...optional('fingerprint', text('fingerprint')),
      ...optional('claimedAtMs', number('claimedAt')),
      ...optional('requestId', text('requestId')),
      ...optional('keyHash', text('keyHash')),
      ...optional('result', status === 'COMPLETED' ? resultOf(item) : undefined),
    };
  };

  const resultOf = (item: Attributes): EncodedResult | undefined => {
    const encoding = stringOf(attribute(item, 'encoding'));
    const result = codec.decode({ encoding, result: attribute(item, 'result') });
    return result && attribute(item, 'thrown')?.BOOL ? { ...result, thrown: true } : result;
  };

  const { inProgress, encode } = codec;
  return { inProgress, encode, keyOf, express, toItem, toRecord, bytesBesides, attribute };
};

const optional = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [key in Key]?: Value };
