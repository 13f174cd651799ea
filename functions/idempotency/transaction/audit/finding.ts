import type { Attributes } from '../attributes.ts';
import type { Item } from '../table/table.ts';

/** What is wrong between items and the guards of their unique values. */
export type GuardProblem =
  /** An item whose value has no guard: it is older than the constraint, or was written without `context.writes`. */
  | 'item without guard'
  /** An item whose value has the guard of another item with the same value. It is never mended: you must decide. */
  | 'value of two items'
  /** A guard whose item is gone or has another value: nobody can take the value. */
  | 'guard without item'
  /** A guard of a constraint that the table's declaration doesn't have. It is never mended, because another declaration may have it. */
  | 'guard of an unknown constraint';

export interface GuardFinding {
  problem: GuardProblem;
  /** The attributes of the constraint. */
  attributes: readonly string[];
  /** The key of the item; for a guard without an item, the key that the guard names. */
  key: Item;
  /** The key of the guard. */
  guard: Item;
  /** For a value of two items: the key of the item that has the guard. */
  holder?: Item;
  /** Whether it has been mended. */
  mended: boolean;
}

/** Where to continue: pass it as `startKey`. */
export interface GuardCursor {
  tableName: string;
  key: Attributes | undefined;
}

/** The result of one page of the table. */
export interface GuardPage {
  scanned: number;
  findings: readonly GuardFinding[];
  /** `undefined` when this was the last page. */
  startKey: GuardCursor | undefined;
}
