import type { Attributes } from '../attributes.ts';
import type { Item } from '../table/table.ts';

/** What is wrong between items and the guards of their unique values. */
export type GuardProblem =
  /** An item whose value nothing holds: it is from before the constraint, or was written past it. */
  | 'item without guard'
  /** An item whose value is held for another item that has it too. Somebody has to decide: it is never mended. */
  | 'value of two items'
  /** A guard whose item is gone, or has another value: its value can't be taken. */
  | 'guard without item'
  /** A guard that the table's declaration explains nothing of. It is never mended, because another declaration may. */
  | 'guard of an unknown constraint';

export interface GuardFinding {
  problem: GuardProblem;
  /** The attributes of the constraint. */
  attributes: readonly string[];
  /** The key of the item, which for a guard without one is what the guard names. */
  key: Item;
  /** The key of the guard. */
  guard: Item;
  /** For a value of two items: the key of the other one, for which it is held. */
  holder?: Item;
  /** Whether it has been mended. */
  mended: boolean;
}

/** Where to go on: pass it as `startKey`. */
export interface GuardCursor {
  tableName: string;
  key: Attributes | undefined;
}

/** What a page of the table has brought. */
export interface GuardPage {
  scanned: number;
  findings: readonly GuardFinding[];
  /** `undefined` when this was the last page. */
  startKey: GuardCursor | undefined;
}
