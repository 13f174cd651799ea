import type { IdempotencyRecord, RecordStatus } from '../record.ts';
import type { EncodedResult } from '../result.ts';
import type { Item, ResultAttributes } from './dynamodb-item.ts';
import { decodeResult, resultAttributes } from './dynamodb-item.ts';
import type { RecordAttribute, TableLayout } from './table-layout.ts';

/** How the values of a record are written, where that differs between formats. */
export interface RecordCodec {
  /** The status of a record in progress, as stored. */
  inProgress: string;
  /** The condition under which an expired lease is one of the same payload. */
  samePayload: string;
  /** Whether a claim whose record is gone may be completed: where another library deletes records that aren't its own. */
  completesAbsent: boolean;
  encode(result: EncodedResult): ResultAttributes;
  decode(fields: { encoding: unknown; result: unknown }): EncodedResult | undefined;
}

const ownCodec: RecordCodec = {
  inProgress: 'IN_PROGRESS',
  samePayload: '#fingerprint = :fingerprint',
  completesAbsent: false,
  encode: resultAttributes,
  decode: decodeResult,
};

/** Everything about the items of a table that the verbs of the store don't decide. */
export interface RecordFormat extends Omit<RecordCodec, 'decode'> {
  keyOf(id: string): Item;
  /** The aliases of an expression: DynamoDB refuses a request that declares one it doesn't use. */
  namesUsedIn(...expressions: string[]): Record<string, string>;
  toItem(id: string, fields: { [name in RecordAttribute]?: unknown }): Item;
  toRecord(item: Item): IdempotencyRecord;
  /** The value of one attribute of an item. */
  attributeOf(item: Item | undefined, name: RecordAttribute): unknown;
}

export const createRecordFormat = (layout: TableLayout, codec: RecordCodec = ownCodec): RecordFormat => {
  const { idAttribute, keyOf, idOf, attributes } = layout;
  const names: Readonly<Record<string, string>> = { id: idAttribute, ...attributes };

  // The verbs have a handful of expressions between them: finding the names anew took 5 % of a call's own CPU time.
  const namesByExpressions = new Map<string, Record<string, string>>();

  const namesUsedIn = (...expressions: string[]): Record<string, string> => {
    const text = expressions.join(' ');
    const known = namesByExpressions.get(text);
    if (known) return known;
    const used = new Set(text.match(/(?<=#)\w+/g));
    const found = Object.freeze(Object.fromEntries([...used].map((name) => [`#${name}`, names[name] ?? name])));
    namesByExpressions.set(text, found);
    return found;
  };

  const toItem: RecordFormat['toItem'] = (id, fields) => ({
    ...keyOf(id),
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [names[name] ?? name, value])),
  });

  const attributeOf = (item: Item | undefined, name: RecordAttribute): unknown => item?.[attributes[name]];

  const toRecord = (item: Item): IdempotencyRecord => {
    const stored = attributeOf(item, 'status');
    const status = (stored === codec.inProgress ? 'IN_PROGRESS' : stored) as RecordStatus;
    const expiresAtSeconds = attributeOf(item, 'expiresAt') as number;
    const attempt = attributeOf(item, 'attempt') ?? attributeOf(item, 'attempts');
    // A claim without a lease of its own holds as long as its record.
    const leaseExpiresAtMs =
      attributeOf(item, 'leaseExpiresAt') ?? (status === 'IN_PROGRESS' ? expiresAtSeconds * 1000 : undefined);
    const result = status === 'COMPLETED' ? resultOf(item) : undefined;
    return {
      id: idOf(item),
      status,
      expiresAtSeconds,
      ...optional('owner', attributeOf(item, 'owner') as string | undefined),
      ...optional('attempt', attempt as number | undefined),
      ...optional('leaseExpiresAtMs', leaseExpiresAtMs as number | undefined),
      ...optional('fingerprint', attributeOf(item, 'fingerprint') as string | undefined),
      ...optional('result', result),
    };
  };

  const resultOf = (item: Item): EncodedResult | undefined => {
    const result = codec.decode({ encoding: attributeOf(item, 'encoding'), result: attributeOf(item, 'result') });
    return result && attributeOf(item, 'thrown') === true ? { ...result, thrown: true } : result;
  };

  const { inProgress, samePayload, completesAbsent, encode } = codec;
  return { inProgress, samePayload, completesAbsent, encode, keyOf, namesUsedIn, toItem, toRecord, attributeOf };
};

const optional = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [key in Key]?: Value };
