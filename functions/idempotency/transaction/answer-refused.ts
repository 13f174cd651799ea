import { conditionFailed, duplicate } from '../base/refusals.ts';
import type { EventSubject, Report } from '../protocol/event.ts';
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
  report: Report;
  toItem: (attributes: Attributes) => Item;
}

/** Whose write was refused. */
export interface Refused {
  write: PendingWrite;
  found: Attributes | undefined;
  subject: EventSubject;
  isHttp: boolean;
}

/**
 * Makes the answer to a request of whose writes one was refused. To a caller over HTTP, a callback that returns nothing has no say.
 *
 * @throws {IdempotencyError} `DUPLICATE` or `CONDITION_FAILED`, unless the user decides otherwise
 */
export const answerRefused =
  ({ onDuplicate, toItem, report }: AnswerRefusedSettings) =>
  async ({ write, found, subject, isHttp }: Refused): Promise<unknown> => {
    const { tableName, isGuard, uniqueAttributes, otherwise } = write;
    if (isGuard && !uniqueAttributes) throw heldForAnother(write, found);
    const attributes = isGuard ? found?.[ownerName]?.M : found;
    const existing = attributes && toItem(attributes);
    const answer = await (otherwise
      ? otherwise(existing, uniqueAttributes)
      : uniqueAttributes && onDuplicate?.({ tableName, attributes: uniqueAttributes, existing }));
    const callback = otherwise ? 'otherwise' : uniqueAttributes && onDuplicate && 'onDuplicate';
    if (callback && !(isHttp && answer == null)) return answer;
    if (callback) {
      const error = new TypeError(`${callback} returned nothing: return the response, with a statusCode.`);
      report('callback-failed', subject, { callback, error });
    }
    throw uniqueAttributes ? duplicate(uniqueAttributes) : conditionFailed();
  };

/** Only possible for items from before the constraint, or that were written without it. */
const heldForAnother = ({ tableName }: PendingWrite, guard: Attributes = {}): Error =>
  new Error(
    `writes: a unique value of the item is held for another item, ${attributesText(guard[ownerName]?.M ?? {})}: two items have it, since ` +
      'before the constraint was declared, or because one was written past it. Nothing was written. Change or delete one of the two ' +
      `with your own client, then run \`backfillGuards\`. The guard is in table "${tableName}".`,
  );
