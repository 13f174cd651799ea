import { historyOf, type IdempotencyRecord } from '../../record/record.ts';
import {
  type ClaimOutcome,
  type ClaimRequest,
  type CompleteRequest,
  type ConsumeOutcome,
  type ConsumeRequest,
  goOn,
  type IssueOutcome,
  type IssueRequest,
  type OwnerWriteOutcome,
  type ReleaseRequest,
  type ResolveOutcome,
  type ResolveRequest,
  type UndoRequest,
  type Writer,
} from '../../record/store.ts';
import {
  freed,
  hasExpired,
  isMine,
  isUsableToken,
  leaseIsOver,
  plain,
  type StoredRecord,
  shown,
  tookOver,
  withoutTry,
} from './stored-record.ts';

/** What a verb answers, by what it found, and what is to be there from then on, if that changes. */
export interface Transition<Answer> {
  answer: Answer;
  put?: StoredRecord;
}

type Found = StoredRecord | undefined;

const isUndone = ({ undone }: StoredRecord, { owner, fence }: Writer): boolean =>
  undone?.includes(fence ?? owner) ?? false;

const mayTake = (record: StoredRecord, { from, nowMs, fingerprint, takeOver, owner, fence }: ClaimRequest): boolean => {
  const free = from === 'issued' ? isUsableToken(record, nowMs) : record.status === 'RELEASED';
  if (!free && !(takeOver && leaseIsOver(record, nowMs))) return false;
  if (isUndone(record, { owner, fence })) return false;
  return record.fingerprint === undefined || record.fingerprint === fingerprint;
};

const take = (request: ClaimRequest, found: Found): Transition<ClaimOutcome> => {
  const { id, owner, fence, fingerprint, leaseExpiresAtMs, keyHash, requestId, nowMs } = request;
  const { endedAttempts, previous: known, undone, tokenExpiresAtSeconds } = found ?? {};
  const attempt = (found?.attempt ?? 0) + 1;
  const put: StoredRecord = {
    id,
    status: 'IN_PROGRESS',
    owner,
    attempt,
    fingerprint,
    leaseExpiresAtMs,
    keyHash,
    claimedAtMs: nowMs,
    expiresAtSeconds: request.expiresAtSeconds ?? Number.POSITIVE_INFINITY,
    ...(fence !== undefined && { fence, claimedBy: fence }),
    ...(requestId !== undefined && { requestId }),
    ...(endedAttempts !== undefined && { endedAttempts }),
    ...(known !== undefined && { previous: known }),
    ...(undone !== undefined && { undone }),
    ...(tokenExpiresAtSeconds !== undefined && { tokenExpiresAtSeconds }),
  };
  return { answer: { claimed: true, attempt, ...historyOf(found) }, put };
};

export const claim = (found: Found, request: ClaimRequest): Transition<ClaimOutcome> => {
  const { owner, fence, from, nowMs, fingerprint } = request;
  const isLeftover = found !== undefined && hasExpired(found, nowMs);
  if (!found || (isLeftover && from === 'absent')) {
    return from === 'absent' ? take(request, undefined) : { answer: { claimed: false, record: undefined } };
  }
  if (!isLeftover && mayTake(found, request)) return take(request, found);
  const isOwn = found.status === 'IN_PROGRESS' && found.owner === owner && found.fingerprint === fingerprint;
  const mayGoOn = isOwn && !leaseIsOver(found, nowMs) && (found.fence === fence || !isUndone(found, request));
  if (!mayGoOn) return { answer: { claimed: false, record: shown(found) } };
  const answer = goOn(shown(found) as IdempotencyRecord);
  return fence === undefined ? { answer } : { answer, put: { ...found, fence } };
};

export const complete = (found: Found, request: CompleteRequest): Transition<OwnerWriteOutcome> => {
  const { owner, fence, result, expiresAtSeconds } = request;
  if (found?.status === 'COMPLETED' && found.owner === owner && found.fence === fence) return { answer: 'written' };
  if (!isMine(found, request)) return { answer: 'lost' };
  const { leaseExpiresAtMs, claimedBy, endedAttempts, previous, undone, ...kept } = found;
  return { answer: 'written', put: { ...kept, status: 'COMPLETED', result: plain(result), expiresAtSeconds } };
};

export const release = (found: Found, request: ReleaseRequest): Transition<OwnerWriteOutcome> => {
  const { owner, fence, end, previous, expiresAtSeconds, stray } = request;
  const isFreedByMe = found?.owner === owner && ['RELEASED', 'ISSUED'].includes(found.status);
  if (isFreedByMe) return { answer: 'written' };
  if (!isMine(found, request)) return { answer: 'lost' };
  const record = stray ? withoutTry(found, fence ?? owner) : found;
  if (end === 'unknown') return { answer: 'written', put: { ...record, leaseExpiresAtMs: 0 } };
  const { fingerprint, ...others } = freed(record, expiresAtSeconds);
  const worst = previous ?? (end === 'failed' ? end : undefined);
  const remembered = worst && { previous: worst, ...(fingerprint !== undefined && { fingerprint }) };
  return { answer: 'written', put: { ...others, endedAttempts: found.attempt ?? 1, ...remembered } };
};

export const undo = (
  found: Found,
  { id, from, nowMs, expiresAtSeconds, owner, fence }: UndoRequest,
): Transition<undefined> => {
  const answer = undefined;
  if (!found || (from === 'absent' && hasExpired(found, nowMs))) {
    if (from === 'issued') return { answer };
    const undone = found?.undone ?? [];
    const nothing = { id, status: 'RELEASED' as const, attempt: 0, endedAttempts: 0, expiresAtSeconds, undone };
    return { answer, put: withoutTry(nothing, fence ?? owner) };
  }
  if (found.status === 'COMPLETED') return { answer };
  const marked = withoutTry(found, fence ?? owner);
  const isMade = isMine(found, { owner, fence }) && found.claimedBy === fence;
  if (!isMade) return { answer, put: marked };
  const attempt = (found.attempt ?? 1) - 1;
  const { owner: _, fence: __, claimedBy: ___, ...unowned } = marked;
  if (tookOver(found)) return { answer, put: { ...unowned, attempt, leaseExpiresAtMs: 0 } };
  const { fingerprint, ...others } = freed(unowned, expiresAtSeconds);
  const payload = found.previous !== undefined && fingerprint !== undefined ? { fingerprint } : {};
  return { answer, put: { ...others, ...payload, attempt, endedAttempts: attempt } };
};

export const resolve = (found: Found, request: ResolveRequest): Transition<ResolveOutcome> => {
  const { nowMs, expiresAtSeconds, result, holder } = request;
  if (!found || found.status === 'CONSUMED' || hasExpired(found, nowMs)) return { answer: 'absent' };
  const { owner: _, ...unowned } = found;
  const isHeld = holder ? isMine(found, holder) : leaseIsOver(found, nowMs);
  if (result && (isHeld || found.status === 'RELEASED')) {
    const { leaseExpiresAtMs, fence, claimedBy, endedAttempts, previous, undone, ...kept } = unowned;
    return { answer: 'resolved', put: { ...kept, status: 'COMPLETED', result: plain(result), expiresAtSeconds } };
  }
  if (!result && isHeld) {
    const put = {
      ...freed(unowned, expiresAtSeconds),
      endedAttempts: found.attempt ?? 1,
      previous: 'crashed' as const,
    };
    return { answer: 'resolved', put };
  }
  return { answer: found.status === 'IN_PROGRESS' ? 'busy' : 'settled' };
};

export const issue = (found: Found, { id, keyHash, expiresAtSeconds }: IssueRequest): Transition<IssueOutcome> => {
  if (found) return { answer: 'doubtful' };
  const put = { id, status: 'ISSUED' as const, keyHash, expiresAtSeconds, tokenExpiresAtSeconds: expiresAtSeconds };
  return { answer: 'issued', put };
};

/** What stays of a used token says only who used it, so that its own retry is recognised. */
export const consume = (found: Found, { id, owner, nowMs }: ConsumeRequest): Transition<ConsumeOutcome> => {
  if (found?.status === 'CONSUMED' && found.owner === owner) return { answer: 'consumed' };
  if (!found || !isUsableToken(found, nowMs)) return { answer: 'refused' };
  return { answer: 'consumed', put: { id, status: 'CONSUMED', owner, expiresAtSeconds: found.expiresAtSeconds } };
};
