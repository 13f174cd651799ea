import { createConditionalWrites } from '../../../functions/idempotency/dynamodb/conditional-writes.ts';
import type { EncodedResult } from '../../../functions/idempotency/record/result.ts';
import { answerFields, identifying } from '../connection/session.ts';
import type { Seen } from '../records/seen.ts';
import type { ScannedTable } from '../scan/scan-records.ts';
import { asSeen } from './as-seen.ts';

/** Puts another answer in the place of one, if record and answer are still as they were seen. It expires as it would have. */
export const replaceAnswer = async (
  { facts, api, format }: ScannedTable,
  { record, item }: Seen,
  result: EncodedResult,
): Promise<boolean> => {
  const { prepare, update } = createConditionalWrites({ tableName: facts.name, client: api, format });
  const { condition, values } = asSeen(format, item, [...identifying, ...answerFields]);
  const encoded = Object.entries(format.encode(result));
  const gone = answerFields.filter((name) => !encoded.some(([written]) => written === name));
  const write = prepare({
    ConditionExpression: condition,
    UpdateExpression:
      `SET ${encoded.map(([name]) => `#${name} = :${name}`).join(', ')}` +
      (gone.length > 0 ? ` REMOVE ${gone.map((name) => `#${name}`).join(', ')}` : ''),
  });
  const written = Object.fromEntries(encoded.map(([name, value]) => [`:${name}`, value]));
  const outcome = await update(write, record.id, { ...values, ...written }, {});
  return !outcome.refused;
};
