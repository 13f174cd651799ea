import type { IdempotencyRecord } from '../record/record.ts';
import type { UndoRequest } from '../record/store.ts';
import { type Attributes, toNumber, toText } from './attributes.ts';
import { createConditionalWrites, type RecordTable } from './conditional-writes.ts';
import { claimedByMe, mine, neverWritten } from './conditions.ts';
import { freeStatus, freeUntil, ownerValues } from './free-record.ts';

const zero = toNumber(0);

const unfinished = 'attribute_exists(#id) AND #status <> :completed';

/**
 * Takes back a claim whose run has not begun. In each case the try is marked as undone, so that a claim of it which is still under way
 * has no effect when it arrives.
 */
export const createUndo = (table: RecordTable) => {
  const { prepared, update } = createConditionalWrites(table);

  const undoFirst = (from: UndoRequest['from'], isMine: string) => {
    const condition = `${isMine} AND #attempt = :one`;
    return prepared(
      from === 'absent' ? `${neverWritten} OR (${condition})` : condition,
      `SET #status = :free, #expiresAt = ${freeUntil[from]}, #attempt = :zero, #ended = :zero ` +
        'REMOVE #owner, #fence, #claimedBy, #leaseExpiresAt, #fingerprint, #previous ADD #undone :tries',
    );
  };

  /** To what the claim found: a crashed claim whose lease was over, or a released record. */
  const undoLater = (
    { from }: UndoRequest,
    isMine: string,
    { attempt = 1, endedAttempts = 0, previous }: IdempotencyRecord,
  ) => {
    const tookOver = endedAttempts < attempt - 1;
    const found = tookOver ? '#leaseExpiresAt = :zero' : `#status = :free, #expiresAt = ${freeUntil[from]}`;
    const gone = tookOver ? '' : `, #leaseExpiresAt${previous === undefined ? ', #fingerprint' : ''}`;
    const write = prepared(
      `${isMine} AND #attempt = :attempt`,
      `SET ${found} REMOVE #owner, #fence, #claimedBy${gone} ADD #attempt :minusOne, #undone :tries`,
    );
    return { write, tookOver };
  };

  return async (request: UndoRequest, signal?: AbortSignal): Promise<void> => {
    const { id, owner, fence, from } = request;
    const isMine = fence === undefined ? mine : claimedByMe;
    const own: Attributes = { ...ownerValues(table, request), ':tries': { SS: [fence ?? owner] } };
    const free: Attributes = { ':free': freeStatus[from] };
    if (from === 'absent') free[':expiresAt'] = toNumber(request.expiresAtSeconds);

    const first = await update(
      undoFirst(from, isMine),
      id,
      { ...own, ...free, ':zero': zero, ':one': toNumber(1) },
      signal,
    );
    const record = first.refused ? first.record : undefined;
    if (!record || record.status === 'COMPLETED') return;
    if (record.status === 'IN_PROGRESS' && record.owner === owner && record.claimedBy === fence) {
      const { write, tookOver } = undoLater(request, isMine, record);
      const values = { ...own, ':attempt': toNumber(record.attempt ?? 1), ':minusOne': toNumber(-1) };
      await update(write, id, { ...values, ...(tookOver ? { ':zero': zero } : free) }, signal);
      return;
    }
    // It is another's record: the claim may still arrive once that one is free.
    const values: Attributes = { ':tries': { SS: [fence ?? owner] }, ':completed': toText('COMPLETED') };
    await update(prepared(unfinished, 'ADD #undone :tries'), id, values, signal);
  };
};
