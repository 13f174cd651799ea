import type { Writer } from '../record/store.ts';
import { type Attributes, toText } from './attributes.ts';
import type { RecordTable } from './conditional-writes.ts';

/** What a record is, by what its claim started from, when its next run may begin. */
export const freeStatus = { absent: toText('RELEASED'), issued: toText('ISSUED') } as const;

/** A released record lives as long as a new one; a token until it would have expired anyway. */
export const freeUntil = { absent: ':expiresAt', issued: '#tokenExpiresAt' } as const;

export const ownerValues = ({ format }: RecordTable, { owner, fence }: Writer): Attributes => ({
  ':owner': toText(owner),
  ':inProgress': toText(format.inProgress),
  ...(fence !== undefined && { ':fence': toText(fence) }),
});
