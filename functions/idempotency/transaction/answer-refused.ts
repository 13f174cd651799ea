import { conditionFailed, duplicate } from '../base/refusals.ts';
import { attributesText } from './attribute-text.ts';
import type { Attributes } from './attributes.ts';
import { ownerName } from './guards/guard.ts';
import type { PendingWrite } from './pending-write.ts';
import type { Item } from './table/table.ts';

/** What a write found taken. */
export interface Duplicate {
  tableName: string;
  /** The attributes whose values are taken: the primary key, or those of a unique constraint. */
  attributes: readonly string[];
  /** The item that has the primary key; for a unique constraint, the key of the item that has the value. */
  existing: Item | undefined;
}

export interface AnswerRefusedSettings {
  onDuplicate: ((duplicate: Duplicate) => unknown) | undefined;
  toItem: (attributes: Attributes) => Item;
}

/**
 * Makes the answer to a request of whose writes one was refused.
 *
 * @throws {IdempotencyError} `DUPLICATE` or `CONDITION_FAILED`, unless the user decides otherwise
 */
export const answerRefused =
  ({ onDuplicate, toItem }: AnswerRefusedSettings) =>
  (write: PendingWrite, found: Attributes | undefined): unknown => {
    const { tableName, isGuard, uniqueAttributes, otherwise } = write;
    if (isGuard && !uniqueAttributes) throw heldForAnother(write, found);
    const attributes = isGuard ? found?.[ownerName]?.M : found;
    const existing = attributes && toItem(attributes);
    if (otherwise) return otherwise(existing, uniqueAttributes);
    if (!uniqueAttributes) throw conditionFailed();
    if (!onDuplicate) throw duplicate(uniqueAttributes);
    return onDuplicate({ tableName, attributes: uniqueAttributes, existing });
  };

/** Only possible for items from before the constraint, or that were written without it. */
const heldForAnother = ({ tableName }: PendingWrite, guard: Attributes = {}): Error =>
  new Error(
    `writes: a unique value of the item is held for another item, ${attributesText(guard[ownerName]?.M ?? {})}: two items have it, since ` +
      'before the constraint was declared, or because one was written past it. Nothing was written. Change or delete one of the two ' +
      `with your own client, then run \`backfillGuards\`. The guard is in table "${tableName}".`,
  );
