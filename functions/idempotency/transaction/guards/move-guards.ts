import { attributesText } from '../attribute-text.ts';
import type { Attributes } from '../attributes.ts';
import type { Table } from '../table/table.ts';
import type { WriteOptions } from '../writes.ts';
import { guardsOf } from './guard.ts';
import type { GuardLedger } from './guard-ledger.ts';

export interface Move {
  table: Table;
  key: Attributes;
  from: Attributes;
  to: Attributes;
  options: WriteOptions;
}

/** Frees the values that an item had, and takes those that it will have; what stays the same is left alone. */
export const moveGuards = ({ table, key, from, to, options }: Move): ((guards: GuardLedger) => void) => {
  const before = guardsOf(table, key, from);
  const after = guardsOf(table, key, to);
  const idsOf = (guards: typeof before) => new Set(guards.map((guard) => attributesText(guard.key)));
  const [idsBefore, idsAfter] = [idsOf(before), idsOf(after)];
  return (guards) => {
    for (const guard of before) if (!idsAfter.has(attributesText(guard.key))) guards.free(guard);
    for (const guard of after) if (!idsBefore.has(attributesText(guard.key))) guards.take(guard, options);
  };
};
