import type { OwnerWriteOutcome, ReleaseRequest } from '../record/store.ts';
import { toNumber, toText } from './attributes.ts';
import { createConditionalWrites, type RecordTable } from './conditional-writes.ts';
import { mine, myTry } from './conditions.ts';
import { freeStatus, freeUntil, ownerValues } from './free-record.ts';

/** The end of a run that another may follow. */
export const createRelease = (table: RecordTable) => {
  const { prepared, update } = createConditionalWrites(table);

  const updateOf = ({ from, end, previous, stray }: ReleaseRequest): string => {
    const mark = stray ? ' ADD #undone :tries' : '';
    // Ended for every clock: one that is behind must not go on under it.
    if (end === 'unknown') return `SET #leaseExpiresAt = :zero${mark}`;
    const isRemembered = end === 'failed' || previous !== undefined;
    return (
      `SET #status = :free, #expiresAt = ${freeUntil[from]}, #ended = #attempt` +
      `${isRemembered ? ', #previous = :previous' : ''} ` +
      `REMOVE #leaseExpiresAt, #fence, #claimedBy${isRemembered ? '' : ', #fingerprint'}${mark}`
    );
  };

  return async (request: ReleaseRequest, abortSignal?: AbortSignal): Promise<OwnerWriteOutcome> => {
    const { id, owner, fence, from, end, previous, stray } = request;
    const values = ownerValues(table, request);
    if (stray) values[':tries'] = { SS: [fence ?? owner] };
    if (end === 'unknown') values[':zero'] = toNumber(0);
    else {
      values[':free'] = freeStatus[from];
      if (from === 'absent') values[':expiresAt'] = toNumber(request.expiresAtSeconds);
      const worst = previous ?? (end === 'failed' ? end : undefined);
      if (worst) values[':previous'] = toText(worst);
    }
    const write = prepared(fence === undefined ? mine : myTry, updateOf(request));
    const outcome = await update(write, id, values, { abortSignal });
    if (!outcome.refused) return 'written';
    const { record } = outcome;
    const ownRetry = record?.owner === owner && (record.status === 'RELEASED' || record.status === 'ISSUED');
    return ownRetry ? 'written' : 'lost';
  };
};
