import type { PreviousOutcome } from '../../../record/record.ts';
import type {
  ClaimOutcome,
  ClaimRequest,
  CompleteRequest,
  IdempotencyStore,
  ReleaseRequest,
  RunEnd,
  UndoRequest,
} from '../../../record/store.ts';

/** An hour ahead, so that a database which deletes by its own clock finds nothing that has expired. */
export const startMs = (Math.floor(Date.now() / 1000) + 3600) * 1000;

export const secondsAfterStart = (seconds: number): number => startMs / 1000 + seconds;

export const claimOf = (overrides: Partial<ClaimRequest> = {}): ClaimRequest => ({
  id: `pay#${crypto.randomUUID()}`,
  owner: crypto.randomUUID(),
  fingerprint: 'fingerprint',
  keyHash: 'keyHash',
  nowMs: startMs,
  leaseExpiresAtMs: startMs + 5000,
  expiresAtSeconds: secondsAfterStart(86_400),
  from: 'absent',
  takeOver: true,
  ...overrides,
});

/** A repeat of a claim by another invocation, some time later. */
export const again = (claim: ClaimRequest, afterMs = 0, overrides: Partial<ClaimRequest> = {}): ClaimRequest => {
  const nowMs = claim.nowMs + afterMs;
  return {
    ...claim,
    owner: crypto.randomUUID(),
    nowMs,
    leaseExpiresAtMs: nowMs + 5000,
    expiresAtSeconds: Math.floor(nowMs / 1000) + 86_400,
    ...overrides,
  };
};

/** The answer to a claim that takes over another one. */
export const takeoverOf = ({ owner, nowMs }: ClaimRequest, attempt: number): ClaimOutcome => ({
  claimed: true,
  attempt,
  previous: 'crashed',
  tookOver: { owner, claimedAtMs: nowMs },
});

export const result = { encoding: 'json', data: '{"paid":true}' } as const;

const until = secondsAfterStart(86_400);

export const completionOf = ({ id, owner, fence }: ClaimRequest): CompleteRequest => ({
  id,
  owner,
  fence,
  expiresAtSeconds: until,
  result,
});

/** The release of a claim whose run ended so. */
export const releaseOf = (
  { id, owner, fence, from }: ClaimRequest,
  end: RunEnd = 'failed',
  previous?: PreviousOutcome,
): ReleaseRequest => ({ id, owner, fence, from, end, previous, expiresAtSeconds: until });

export const undoOf = ({ id, owner, fence, from, nowMs }: ClaimRequest): UndoRequest => ({
  id,
  owner,
  fence,
  from,
  nowMs,
  expiresAtSeconds: Math.floor(nowMs / 1000) + 86_400,
});

/** A claim that the store has granted. */
export const claimed = async (store: IdempotencyStore, claim = claimOf()): Promise<ClaimRequest> => {
  await store.claim(claim);
  return claim;
};

/** The claim of a token that the store has issued. */
export const issued = async (store: IdempotencyStore, ttlSeconds = 60): Promise<ClaimRequest> => {
  const claim = claimOf({ from: 'issued' });
  await store.issue({
    id: claim.id,
    keyHash: claim.keyHash,
    nowMs: startMs,
    expiresAtSeconds: secondsAfterStart(ttlSeconds),
  });
  return claim;
};
