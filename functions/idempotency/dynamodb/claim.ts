import type { ClaimOutcome, ClaimRequest } from '../record/store.ts';
import { type Attributes, numberOf, toNumber, toText } from './attributes.ts';
import { createConditionalWrites, type RecordTable, toSeconds } from './conditional-writes.ts';
import { absent, issued, leaseOver, samePayload, unexpired } from './conditions.ts';

const take =
  'SET #status = :inProgress, #owner = :owner, #fingerprint = :fingerprint, #leaseExpiresAt = :leaseExpiresAt, ' +
  '#expiresAt = :expiresAt REMOVE #result, #encoding, #thrown, #attempts ADD #attempt :one';

const one = toNumber(1);
const statusIssued = toText('ISSUED');

/** Takes what is free: an operation that nobody has claimed, an issued token, or what a crashed owner has left. */
export const createClaim = (table: RecordTable) => {
  const { attribute, inProgress } = table.format;
  const { prepare, update } = createConditionalWrites(table);
  const statusInProgress = toText(inProgress);

  const taking = (ConditionExpression: string) => ({
    ...prepare({ ConditionExpression, UpdateExpression: take }),
    // The old values: a new record has none, so that the answer to most claims is empty.
    ReturnValues: 'UPDATED_OLD' as const,
  });
  const crashed = `${leaseOver} AND ${samePayload}`;
  const claimOf = (free: string, takenOver: string) => ({
    untaken: taking(free),
    untakenOrCrashed: taking(`(${free}) OR (${takenOver})`),
  });
  const claims = { absent: claimOf(absent, crashed), issued: claimOf(issued, `${crashed} AND ${unexpired}`) };

  return async (request: ClaimRequest, signal?: AbortSignal): Promise<ClaimOutcome> => {
    const { id, owner, from, takeOver } = request;
    const values: Attributes = {
      ':inProgress': statusInProgress,
      ':owner': toText(owner),
      ':fingerprint': toText(request.fingerprint),
      ':leaseExpiresAt': toNumber(request.leaseExpiresAtMs),
      ':expiresAt': toNumber(request.expiresAtSeconds),
      ':one': one,
      ':now': toNumber(toSeconds(request.nowMs)),
    };
    if (from === 'issued') values[':issued'] = statusIssued;
    if (takeOver) values[':nowMs'] = toNumber(request.nowMs);
    const outcome = await update(claims[from][takeOver ? 'untakenOrCrashed' : 'untaken'], id, values, signal);
    if (!outcome.refused) {
      return { claimed: true, attempt: (numberOf(attribute(outcome.output.Attributes, 'attempt')) ?? 0) + 1 };
    }
    const { record } = outcome;
    const ownRetry = record?.owner === owner && record.status === 'IN_PROGRESS';
    return ownRetry
      ? { claimed: true, attempt: record.attempt ?? 1, leaseExpiresAtMs: record.leaseExpiresAtMs }
      : { claimed: false, record };
  };
};
