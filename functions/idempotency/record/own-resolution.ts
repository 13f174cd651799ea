import type { IdempotencyRecord } from './record.ts';
import type { EncodedResult } from './result.ts';
import type { ResolveRequest } from './store.ts';

/** Whether an earlier try to resolve, whose answer was lost, has written this. What somebody has settled has no owner. */
export const isOwnResolution = (
  record: IdempotencyRecord | undefined,
  { result, expiresAtSeconds }: ResolveRequest,
): boolean => {
  if (!record || record.owner !== undefined) return false;
  if (!result) return record.previous === 'crashed' && record.status !== 'IN_PROGRESS';
  const isSame = record.result?.encoding === result.encoding && dataOf(record.result).equals(dataOf(result));
  return record.status === 'COMPLETED' && record.expiresAtSeconds === expiresAtSeconds && isSame;
};

const dataOf = (result: EncodedResult): Buffer => Buffer.from('data' in result ? result.data : '');
