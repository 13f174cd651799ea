import { createConditionalWrites } from '../../../functions/idempotency/dynamodb/conditional-writes.ts';
import { identifying } from '../connection/session.ts';
import type { Seen } from '../records/seen.ts';
import type { ScannedTable } from '../scan/scan-records.ts';
import { asSeen } from './as-seen.ts';

/** Deletes a record if it is still as it was seen. Says whether it is gone. */
export const forgetRecord = async ({ facts, api, format }: ScannedTable, { record, item }: Seen): Promise<boolean> => {
  const { prepare, remove } = createConditionalWrites({ tableName: facts.name, client: api, format });
  const { condition, values } = asSeen(format, item, identifying);
  const outcome = await remove(prepare({ ConditionExpression: condition }), record.id, values, undefined);
  // Finding none means that an earlier try, whose answer was lost, was applied.
  return !outcome.refused || outcome.record === undefined;
};
