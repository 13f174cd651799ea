import type { IdempotencyRecord } from '../../record/record.ts';
import type { ResultOverflow } from '../../record/result-overflow.ts';
import type {
  ClaimOutcome,
  ClaimRequest,
  CompleteRequest,
  ConsumeOutcome,
  ConsumeRequest,
  IdempotencyStore,
  IssueRequest,
  OwnerWriteOutcome,
  ReadRequest,
  ReleaseRequest,
} from '../../record/store.ts';

interface MemoryRecord extends IdempotencyRecord {
  /** Until when a token may be used; its record lives longer once it is claimed. */
  tokenExpiresAtSeconds?: number;
}

/**
 * A store in memory, for the unit tests of your handlers: no DynamoDB, no clock of its own. It keeps the same contract as the
 * store on DynamoDB, and takes its option `overflow`.
 */
export const memoryStore = ({ overflow }: { overflow?: ResultOverflow } = {}): IdempotencyStore => {
  const records = new Map<string, MemoryRecord>();

  const unexpired = (id: string, nowMs: number): MemoryRecord | undefined => {
    const record = records.get(id);
    return record && record.expiresAtSeconds > Math.floor(nowMs / 1000) ? record : undefined;
  };

  const isUsableToken = ({ status, tokenExpiresAtSeconds = 0 }: MemoryRecord, nowMs: number): boolean =>
    status === 'ISSUED' && tokenExpiresAtSeconds > Math.floor(nowMs / 1000);

  const isOwned = (record: MemoryRecord | undefined, owner: string): record is MemoryRecord =>
    record?.owner === owner && record.status === 'IN_PROGRESS';

  /** What leaves the store is a copy: nobody edits a record but by its verbs. */
  const shown = (record: MemoryRecord | undefined): IdempotencyRecord | undefined => {
    if (!record) return undefined;
    const { tokenExpiresAtSeconds: _, ...visible } = structuredClone(record);
    return visible;
  };

  const isFree = (record: MemoryRecord | undefined, { from, nowMs, fingerprint, takeOver }: ClaimRequest): boolean => {
    if (!record) return from === 'absent';
    if (from === 'issued' && isUsableToken(record, nowMs)) return true;
    const crashed = record.status === 'IN_PROGRESS' && (record.leaseExpiresAtMs ?? 0) <= nowMs;
    return takeOver && crashed && record.fingerprint === fingerprint;
  };

  const claim = async (request: ClaimRequest): Promise<ClaimOutcome> => {
    const { id, owner, fingerprint, leaseExpiresAtMs, expiresAtSeconds } = request;
    const record = unexpired(id, request.nowMs);
    if (!isFree(record, request)) {
      return isOwned(record, owner)
        ? { claimed: true, attempt: record.attempt ?? 1, leaseExpiresAtMs: record.leaseExpiresAtMs }
        : { claimed: false, record: shown(records.get(id)) };
    }
    const previous = records.get(id);
    const attempt = (previous?.status === 'IN_PROGRESS' ? (previous.attempt ?? 0) : 0) + 1;
    const token = previous?.tokenExpiresAtSeconds;
    records.set(id, {
      id,
      status: 'IN_PROGRESS',
      owner,
      attempt,
      fingerprint,
      leaseExpiresAtMs,
      expiresAtSeconds,
      ...(token !== undefined && { tokenExpiresAtSeconds: token }),
    });
    return { claimed: true, attempt };
  };

  const read = async ({ id, nowMs }: ReadRequest) => shown(unexpired(id, nowMs));

  const complete = async ({ id, owner, result, expiresAtSeconds }: CompleteRequest): Promise<OwnerWriteOutcome> => {
    const record = records.get(id);
    if (record?.owner === owner && record.status === 'COMPLETED') return 'written';
    if (!isOwned(record, owner)) return 'lost';
    const { leaseExpiresAtMs: _, ...kept } = record;
    records.set(id, structuredClone({ ...kept, status: 'COMPLETED', result, expiresAtSeconds }));
    return 'written';
  };

  const release = async ({ id, owner, to }: ReleaseRequest): Promise<OwnerWriteOutcome> => {
    const record = records.get(id);
    if (!record) return to === 'absent' ? 'written' : 'lost';
    if (to === 'issued' && record.status === 'ISSUED') return 'written';
    if (!isOwned(record, owner)) return 'lost';
    const { tokenExpiresAtSeconds } = record;
    if (to === 'absent' || tokenExpiresAtSeconds === undefined) records.delete(id);
    else records.set(id, { id, status: 'ISSUED', expiresAtSeconds: tokenExpiresAtSeconds, tokenExpiresAtSeconds });
    return 'written';
  };

  const issue = async ({ id, expiresAtSeconds }: IssueRequest): Promise<void> => {
    if (records.has(id)) return;
    records.set(id, { id, status: 'ISSUED', expiresAtSeconds, tokenExpiresAtSeconds: expiresAtSeconds });
  };

  const consume = async ({ id, owner, nowMs }: ConsumeRequest): Promise<ConsumeOutcome> => {
    const record = records.get(id);
    const ownRetry = record?.owner === owner && record.status === 'CONSUMED';
    if (ownRetry) return { consumed: true };
    if (!record || !isUsableToken(record, nowMs)) return { consumed: false, record: shown(record) };
    records.set(id, { ...record, status: 'CONSUMED', owner });
    return { consumed: true };
  };

  return { ...(overflow && { overflow }), claim, read, complete, release, issue, consume };
};
