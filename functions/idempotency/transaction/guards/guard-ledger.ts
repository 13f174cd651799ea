import { attributesText } from '../attribute-text.ts';
import type { Attributes } from '../attributes.ts';
import type { PendingWrite } from '../pending-write.ts';
import { nameOf } from '../table/table.ts';
import type { WriteOptions } from '../writes.ts';
import { type Guard, guardItem } from './guard.ts';
import { isFreeOr } from './guard-expressions.ts';

/** What the writes of one request do to guards: one that an item gives up in the same request may go to another. */
export interface GuardLedger {
  take(guard: Guard, options: WriteOptions): void;
  free(guard: Guard): void;
  pending(): PendingWrite[];
}

interface Entry {
  guard: Guard;
  /** The items that give it up. */
  freedBy: Attributes[];
  taker?: { owner: Attributes; otherwise: WriteOptions['otherwise'] };
  /** Who wants it besides the taker. */
  refused: { otherwise: WriteOptions['otherwise']; guard: Guard }[];
}

export const createGuardLedger = (): GuardLedger => {
  const entries = new Map<string, Entry>();

  const entryOf = (guard: Guard): Entry => {
    const id = `${nameOf(guard)} ${attributesText(guard.key)}`;
    const entry = entries.get(id) ?? { guard, freedBy: [], refused: [] };
    entries.set(id, entry);
    return entry;
  };

  return {
    take: (guard, { otherwise }) => {
      const entry = entryOf(guard);
      if (entry.taker) entry.refused.push({ otherwise, guard });
      else entry.taker = { owner: guard.owner, otherwise };
    },
    free: (guard) => void entryOf(guard).freedBy.push(guard.owner),
    pending: () => [...entries.values()].flatMap(toWrites),
  };
};

const toWrites = ({ guard, freedBy, taker, refused }: Entry): PendingWrite[] => {
  const { tableName, key, attributes } = guard;
  const write = { tableName, isGuard: true };
  const expressions = isFreeOr(guard, taker ? [taker.owner, ...freedBy] : freedBy);
  if (!taker) {
    const Delete = { TableName: tableName, Key: key, ...expressions };
    return [{ ...write, request: { Delete }, uniqueAttributes: undefined, otherwise: undefined }];
  }
  const Put = { TableName: tableName, Item: guardItem({ ...guard, owner: taker.owner }), ...expressions };
  const taking = { ...write, request: { Put }, uniqueAttributes: attributes };
  return [
    { ...taking, otherwise: taker.otherwise },
    ...refused.map(({ otherwise }) => ({ ...taking, otherwise, takenBy: taker.owner })),
  ];
};
