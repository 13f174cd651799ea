import type { StoredRecord } from '../../../functions/idempotency/addons/compare-and-swap/stored-record.ts';
import { type Attributes, numberOf, stringOf } from '../../../functions/idempotency/dynamodb/attributes.ts';
import type { RecordFormat } from '../../../functions/idempotency/dynamodb/record-format.ts';
import type { IdempotencyRecord } from '../../../functions/idempotency/record/record.ts';

/** A record as it was read. */
export interface Seen {
  record: IdempotencyRecord;
  /** Of a token: until when it may be used. */
  tokenExpiresAtSeconds: number | undefined;
  /** How the answer is stored; there is none without one. */
  encoding: string | undefined;
  item: Attributes;
}

export const toSeen = (item: Attributes, format: RecordFormat): Seen => {
  const record = format.toRecord(item);
  const encoding = stringOf(format.attribute(item, 'encoding'));
  return {
    record,
    tokenExpiresAtSeconds: numberOf(format.attribute(item, 'tokenExpiresAt')),
    encoding: record.status === 'COMPLETED' ? (encoding ?? record.result?.encoding ?? 'json') : undefined,
    item,
  };
};

/** The record in the form that the protocol's transitions take. */
export const toStored = ({ record, tokenExpiresAtSeconds }: Seen): StoredRecord => ({
  ...record,
  ...(tokenExpiresAtSeconds !== undefined && { tokenExpiresAtSeconds }),
});

export const namespaceOf = ({ id }: Pick<IdempotencyRecord, 'id'>): string => id.slice(0, id.lastIndexOf('#'));
