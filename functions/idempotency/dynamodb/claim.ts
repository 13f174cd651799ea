import { historyOf, type IdempotencyRecord } from '../record/record.ts';
import { type ClaimOutcome, type ClaimRequest, goOn } from '../record/store.ts';
import type { CallOptions } from './api/dynamodb-api.ts';
import { type Attributes, toNumber, toText } from './attributes.ts';
import { createConditionalWrites, type PreparedWrite, type RecordTable, toSeconds } from './conditional-writes.ts';
import {
  expired,
  issued,
  leaseOver,
  mine,
  neverWritten,
  notUndone,
  released,
  samePayload,
  unexpired,
} from './conditions.ts';
import { mayHaveBeenApplied } from './dynamodb-error.ts';

const one = toNumber(1);
const statusIssued = toText('ISSUED');
const statusReleased = toText('RELEASED');

/** What is the same for all claims of a kind: from absent or issued, with take-over or without, and so on. */
type Kind = Pick<ClaimRequest, 'from' | 'takeOver'> & {
  durable: boolean;
  expires: boolean;
  named: boolean;
  /** Whether what is there has expired, and counts as absent. */
  anew: boolean;
};

const conditionOf = ({ from, takeOver, anew }: Kind): string => {
  // The database may delete it between the write that met it and this one.
  if (anew) return `${neverWritten} OR ${expired}`;
  const crashed = takeOver ? `(${leaseOver})` : undefined;
  if (from === 'issued') {
    const free = crashed ? `((${issued}) OR (${crashed} AND ${unexpired}))` : `(${issued})`;
    return `${free} AND ${samePayload} AND ${notUndone}`;
  }
  const free = crashed ? `(${released} OR ${crashed})` : released;
  return `${neverWritten} OR (${free} AND ${unexpired} AND ${samePayload} AND ${notUndone})`;
};

const updateOf = ({ durable, expires, named, anew }: Kind): string => {
  const names = ['status = :inProgress', 'owner = :owner', 'fingerprint = :fingerprint', 'keyHash = :keyHash'];
  names.push('leaseExpiresAt = :leaseExpiresAt', 'claimedAt = :nowMs');
  const gone = ['result', 'encoding', 'thrown'];
  if (durable) names.push('fence = :fence', 'claimedBy = :fence');
  else gone.push('fence', 'claimedBy');
  if (expires) names.push('expiresAt = :expiresAt');
  else gone.push('expiresAt');
  if (named) names.push('requestId = :requestId');
  else gone.push('requestId');
  if (anew) {
    names.push('attempt = :one');
    gone.push('ended', 'previous', 'undone', 'tokenExpiresAt');
  }
  const set = `SET ${names.map((name) => `#${name}`).join(', ')} REMOVE ${gone.map((name) => `#${name}`).join(', ')}`;
  return anew ? set : `${set} ADD #attempt :one`;
};

/** Takes what is free: what nobody has claimed, an issued token, what was released, or what a crashed owner has left. */
export const createClaim = (table: RecordTable) => {
  const { format } = table;
  const { prepare, update } = createConditionalWrites(table);
  const writes = new Map<string, PreparedWrite>();
  const statusInProgress = toText(format.inProgress);
  // The old values: a new record has none, so that the answer to most claims is empty.
  const writeOf = (kind: Kind): PreparedWrite => {
    const name = Object.values(kind).join();
    const write = writes.get(name) ?? {
      ...prepare({ ConditionExpression: conditionOf(kind), UpdateExpression: updateOf(kind) }),
      ReturnValues: 'ALL_OLD' as const,
    };
    writes.set(name, write);
    return write;
  };

  const valuesOf = (request: ClaimRequest, kind: Kind): Attributes => {
    const { owner, fence, requestId, expiresAtSeconds, nowMs } = request;
    const values: Attributes = {
      ':inProgress': statusInProgress,
      ':owner': toText(owner),
      ':fingerprint': toText(request.fingerprint),
      ':keyHash': toText(request.keyHash),
      ':leaseExpiresAt': toNumber(request.leaseExpiresAtMs),
      ':nowMs': toNumber(nowMs),
      ':now': toNumber(toSeconds(nowMs)),
      ':one': one,
    };
    if (fence !== undefined) values[':fence'] = toText(fence);
    if (requestId !== undefined) values[':requestId'] = toText(requestId);
    if (expiresAtSeconds !== undefined) values[':expiresAt'] = toNumber(expiresAtSeconds);
    if (kind.anew) return values;
    values[':try'] = toText(fence ?? owner);
    values[kind.from === 'issued' ? ':issued' : ':released'] = kind.from === 'issued' ? statusIssued : statusReleased;
    return values;
  };

  const take = async (request: ClaimRequest, anew: boolean, options: CallOptions) => {
    const kind: Kind = {
      from: request.from,
      takeOver: request.takeOver,
      durable: request.fence !== undefined,
      expires: request.expiresAtSeconds !== undefined,
      named: request.requestId !== undefined,
      anew,
    };
    return update(writeOf(kind), request.id, valuesOf(request, kind), options);
  };

  const resume = prepare({
    ConditionExpression: `${mine} AND #fence = :found AND #leaseExpiresAt > :nowMs AND ${notUndone}`,
    UpdateExpression: 'SET #fence = :fence',
  });

  /** The claim of an earlier try of the same execution goes on, fenced off from that try; it may still run somewhere. */
  const resumed = async (
    { id, owner, fence, nowMs }: ClaimRequest,
    record: IdempotencyRecord,
    options: CallOptions,
  ): Promise<ClaimOutcome> => {
    const values = {
      ':owner': toText(owner),
      ':inProgress': statusInProgress,
      ':fence': toText(fence ?? ''),
      ':found': toText(record.fence ?? ''),
      ':try': toText(fence ?? ''),
      ':nowMs': toNumber(nowMs),
    };
    const outcome = await update(resume, id, values, options);
    return !outcome.refused || outcome.record?.fence === fence
      ? goOn(outcome.refused ? (outcome.record ?? record) : record)
      : { claimed: false, record: outcome.record };
  };

  const claim = async (request: ClaimRequest, options: CallOptions): Promise<ClaimOutcome> => {
    const { owner, fence, from, nowMs, fingerprint } = request;
    let outcome = await take(request, false, options);
    const isLeftover =
      outcome.refused && from === 'absent' && (outcome.record?.expiresAtSeconds ?? 0) <= toSeconds(nowMs);
    // What has expired is rarely still there: it takes a second write, because it counts as absent, with all its attempts.
    if (isLeftover) outcome = await take(request, true, options);
    if (!outcome.refused) {
      const old = isLeftover ? undefined : outcome.output.Attributes;
      const found = old && format.toRecord({ ...format.keyOf(request.id), ...old });
      return { claimed: true, attempt: (found?.attempt ?? 0) + 1, ...historyOf(found) };
    }
    const { record } = outcome;
    const isOwn = record?.status === 'IN_PROGRESS' && record.owner === owner && record.fingerprint === fingerprint;
    if (!isOwn || (record.leaseExpiresAtMs ?? 0) <= nowMs) return { claimed: false, record };
    return fence === undefined || record.fence === fence ? goOn(record) : resumed(request, record, options);
  };

  return async (request: ClaimRequest, abortSignal?: AbortSignal): Promise<ClaimOutcome> => {
    let stray = false;
    const onFailedTry = (error: unknown): void => {
      stray ||= mayHaveBeenApplied(error);
    };
    const outcome = await claim(request, { abortSignal, onFailedTry });
    return stray ? { ...outcome, stray } : outcome;
  };
};
