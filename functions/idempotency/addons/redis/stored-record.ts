import { encodingText, fromEncodingText } from '../../record/encoding-text.ts';
import type { IdempotencyRecord, RecordStatus } from '../../record/record.ts';
import type { EncodedResult } from '../../record/result.ts';
import { recordOf, type StoredField } from '../../record/stored-fields.ts';

const fieldsOf = (flat: readonly string[]): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>();
  for (let index = 0; index < flat.length; index += 2) fields.set(flat[index] as string, flat[index + 1] as string);
  return fields;
};

/** The record that a script found: names and values in turn. Of a used token there is nothing to see. */
export const recordFrom = (id: string, flat: readonly string[]): IdempotencyRecord | undefined => {
  const fields = fieldsOf(flat);
  const text = (name: StoredField) => fields.get(name);
  const status = text('status') as RecordStatus | 'CONSUMED' | undefined;
  if (status === undefined || status === 'CONSUMED') return undefined;
  const number = (name: StoredField) => {
    const value = text(name);
    return value === undefined ? undefined : Number(value);
  };
  return recordOf({ id, status, text, number, result: () => resultFrom(text) });
};

const resultFrom = (text: (name: StoredField) => string | undefined): EncodedResult | undefined => {
  const result = text('result');
  const encoded = fromEncodingText(text('encoding') ?? 'json', {
    text: () => result,
    bytes: () => (result === undefined ? undefined : Buffer.from(result, 'base64')),
  });
  return encoded && text('thrown') ? { ...encoded, thrown: true } : encoded;
};

/** A result as the scripts are given it: bytes as base64, since not every client hands bytes through. */
export const resultValues = (result: EncodedResult | undefined) => {
  if (!result) return { result: undefined, encoding: undefined, thrown: undefined };
  const encoding = encodingText(result);
  return {
    result: dataOf(result),
    encoding: encoding === 'json' ? undefined : encoding,
    thrown: result.thrown,
  };
};

const dataOf = (result: EncodedResult): string => {
  switch (result.encoding) {
    case 'undefined':
      return '';
    case 'unavailable':
      return result.reason;
    case 'zstd':
    case 'brotli':
      return Buffer.from(result.data).toString('base64');
    default:
      return result.data;
  }
};
