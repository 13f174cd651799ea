import type { IdempotencyRecord } from '../record/record.ts';
import { StoreError, type UndoRequest } from '../record/store.ts';
import { type Attributes, toNumber, toText } from './attributes.ts';
import {
  createConditionalWrites,
  describeTable,
  type PreparedWrite,
  type RecordTable,
  toSeconds,
  type WriteOutcome,
} from './conditional-writes.ts';
import { claimedByMe, expired, mine, neverWritten } from './conditions.ts';
import { freeStatus, freeUntil, ownerValues } from './free-record.ts';

const zero = toNumber(0);

const unfinished = 'attribute_exists(#id) AND #status <> :completed';

/** More than there can be by chance. */
const maxWrites = 5;

/**
 * Takes back a claim whose run has not begun. In each case the try is marked as undone, so that a claim of it which is still under way
 * has no effect when it arrives.
 */
export const createUndo = (table: RecordTable) => {
  const { prepared, update } = createConditionalWrites(table);

  const undoFirst = (from: UndoRequest['from'], isMine: string) => {
    const condition = `${isMine} AND #attempt = :one`;
    return prepared(
      from === 'absent' ? `${neverWritten} OR ${expired} OR (${condition})` : condition,
      `SET #status = :free, #expiresAt = ${freeUntil[from]}, #attempt = :zero, #ended = :zero ` +
        'REMOVE #owner, #fence, #claimedBy, #leaseExpiresAt, #fingerprint, #previous, #result, #encoding, #thrown ' +
        'ADD #undone :tries',
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

  return async (request: UndoRequest, abortSignal?: AbortSignal): Promise<void> => {
    const { id, owner, fence, from } = request;
    const isMine = fence === undefined ? mine : claimedByMe;
    const tries = { ':tries': { SS: [fence ?? owner] } };
    const own: Attributes = { ...ownerValues(table, request), ...tries };
    const free: Attributes = { ':free': freeStatus[from] };
    if (from === 'absent') free[':expiresAt'] = toNumber(request.expiresAtSeconds);
    const send = (write: PreparedWrite, values: Attributes) => update(write, id, values, { abortSignal });

    const first = await send(undoFirst(from, isMine), {
      ...{ ...own, ...free, ':zero': zero, ':one': toNumber(1) },
      ...(from === 'absent' && { ':now': toNumber(toSeconds(request.nowMs)) }),
    });
    let outcome: Pick<WriteOutcome<unknown>, 'refused'> & { record?: IdempotencyRecord | undefined } = first;
    // The claim may arrive, or be taken over, between two of these writes.
    for (let writes = 1; writes < maxWrites; writes += 1) {
      const { refused, record } = outcome;
      if (!refused || !record || record.status === 'COMPLETED') return;
      if (isMadeBy(record, request)) {
        const { write, tookOver } = undoLater(request, isMine, record);
        const values = { ...own, ':attempt': toNumber(record.attempt ?? 1), ':minusOne': toNumber(-1) };
        outcome = await send(write, { ...values, ...(tookOver ? { ':zero': zero } : free) });
      } else {
        const write = prepared(`${unfinished} AND NOT (${isMine})`, 'ADD #undone :tries');
        outcome = await send(write, { ...own, ':completed': toText('COMPLETED') });
      }
    }
    if (!outcome.refused) return;
    const message = `UpdateItem on ${describeTable(table.tableName)} failed: other writers changed the record ${maxWrites} times in a row.`;
    throw new StoreError(message, { retryable: true, cause: undefined });
  };
};

const isMadeBy = (record: IdempotencyRecord, { owner, fence }: UndoRequest): boolean =>
  record.status === 'IN_PROGRESS' && record.owner === owner && record.fence === fence && record.claimedBy === fence;
