import type { IdempotencyRecord, PreviousOutcome, RecordStatus } from './record.ts';
import type { EncodedResult } from './result.ts';

/** What a database keeps of a record, by name: both stores of this package use the same ones. */
export type StoredField =
  | 'status'
  | 'owner'
  | 'fence'
  | 'claimedBy'
  | 'attempt'
  | 'ended'
  | 'previous'
  | 'undone'
  | 'leaseExpiresAt'
  | 'expiresAt'
  | 'tokenExpiresAt'
  | 'fingerprint'
  | 'claimedAt'
  | 'requestId'
  | 'keyHash'
  | 'encoding'
  | 'result'
  | 'thrown';

export interface StoredFields {
  id: string;
  status: RecordStatus;
  text(name: StoredField): string | undefined;
  number(name: StoredField): number | undefined;
  result(): EncodedResult | undefined;
}

/** The record that these are the fields of. */
export const recordOf = ({ id, status, text, number, result }: StoredFields): IdempotencyRecord => {
  const expiresAtSeconds = number('expiresAt') ?? Number.POSITIVE_INFINITY;
  const [attempt, ended] = [number('attempt'), number('ended')];
  const tookOver = status === 'IN_PROGRESS' && (ended ?? 0) < (attempt ?? 1) - 1;
  return {
    id,
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
    ...optional('result', status === 'COMPLETED' ? result() : undefined),
  };
};

const optional = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [key in Key]?: Value };
