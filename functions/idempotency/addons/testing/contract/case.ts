import assert from 'node:assert/strict';
import type { IdempotencyRecord } from '../../../record/record.ts';
import type { ClaimOutcome, IdempotencyStore } from '../../../record/store.ts';

/** What a store must do, by name; each is tried on a store of its own. */
export type Cases = Readonly<Record<string, (store: IdempotencyStore) => Promise<void>>>;

/** Without what makes no difference: properties that are undefined, which class bytes are of, and whether a try may yet arrive. */
const essence = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(essence);
  if (typeof value !== 'object' || value === null) return value;
  const present = Object.entries(value).filter(([name, property]) => property !== undefined && name !== 'stray');
  return Object.fromEntries(present.map(([name, property]) => [name, essence(property)]));
};

export const same = (actual: unknown, expected: unknown): void =>
  assert.deepStrictEqual(essence(actual), essence(expected));

/** Compares the named fields of a record. */
export const holds = (record: IdempotencyRecord | undefined, fields: Partial<IdempotencyRecord>): void => {
  const names = Object.keys(fields) as (keyof IdempotencyRecord)[];
  same(Object.fromEntries(names.map((name) => [name, record?.[name]])), fields);
};

/** The record that refused. */
export const refusal = (outcome: ClaimOutcome): IdempotencyRecord | undefined => {
  assert.equal(outcome.claimed, false, 'It had to be refused.');
  return 'record' in outcome ? outcome.record : undefined;
};
