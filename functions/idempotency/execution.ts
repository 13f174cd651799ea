import { abortAfter, admissionSignal, answerMarginMs, spendableMs } from './deadline.ts';
import type { IdempotencyError } from './error.ts';
import type { IdempotencyEvent } from './event.ts';
import type { Operation } from './operation.ts';
import { repetitive, replayOf, type Subject, storeUnavailable } from './refusal.ts';
import { encodeResult, unavailable } from './result.ts';
import { retryUntil } from './retry.ts';
import { type ClaimOutcome, type IdempotencyStore, StoreError } from './store/store.ts';

/** How long a caller who is refused anyway is made to wait for the sake of its next try. */
const maxAbandonMs = 500;

export interface ExecutionSettings {
  store: IdempotencyStore;
  subject: Subject;
  /** What a claim starts from and a release goes back to. */
  from: 'absent' | 'issued';
  afterCrash: 'rerun' | 'reject';
  retentionSeconds: number;
  now: () => number;
  report: (event: IdempotencyEvent) => void;
}

/** The right of this invocation to run the operation. */
export interface Claim {
  operation: Operation;
  attempt: number;
}

export type Admission = { run: true; claim: Claim } | { run: false; result: unknown };

export interface Execution {
  /**
   * Claims the operation, or finds the result of an earlier run.
   *
   * @throws {IdempotencyError} when the operation may neither run nor be answered
   */
  begin(operation: Operation): Promise<Admission>;
  /** Remembers the result. Never rejects: the operation has run, and its outcome is the caller's. */
  complete(claim: Claim, result: unknown): Promise<void>;
  /** Gives the claim back after a failure. Never rejects. */
  release(claim: Claim): Promise<void>;
  /** Keeps the claim until its lease ends, because the handler may still be running. */
  hold(claim: Claim): void;
}

/** The life of an operation, claim → run → complete or release: the one state machine that all entry points share. */
export const createExecution = (settings: ExecutionSettings): Execution => {
  const { store, from, now, report } = settings;

  const expiresAtSeconds = (notBeforeMs: number): number =>
    Math.ceil(Math.max(now() + settings.retentionSeconds * 1000, notBeforeMs) / 1000);

  const begin = async (operation: Operation): Promise<Admission> => {
    const { id, owner } = operation;
    let outcome: ClaimOutcome;
    try {
      const request = {
        id,
        owner,
        fingerprint: operation.fingerprint,
        nowMs: now(),
        leaseExpiresAtMs: operation.leaseExpiresAtMs,
        expiresAtSeconds: expiresAtSeconds(operation.leaseExpiresAtMs),
        from,
        takeOver: settings.afterCrash === 'rerun',
      };
      outcome = await store.claim(request, admissionSignal(operation.deadlineMs - now()));
    } catch (error) {
      report({ type: 'store-unavailable', id, owner, error });
      if (error instanceof StoreError && error.retryable) await abandon(operation);
      throw storeUnavailable(error);
    }
    if (outcome.claimed) {
      report({ type: 'claimed', id, owner, attempt: outcome.attempt });
      return { run: true, claim: { operation, attempt: outcome.attempt } };
    }
    try {
      if (!outcome.record) throw repetitive();
      const { result } = replayOf(outcome.record, operation, now(), settings.subject);
      report({ type: 'replayed', id, owner });
      return { run: false, result };
    } catch (error) {
      const { code } = error as IdempotencyError;
      report({ type: refusalEvents[code] ?? 'refused', id, owner, code });
      throw error;
    }
  };

  /** Undoes a claim that may have been applied unseen, so that the caller's retry needn't wait for the lease of nobody. */
  const abandon = async ({ id, owner, deadlineMs }: Operation): Promise<void> => {
    const limitMs = Math.min(maxAbandonMs, spendableMs(deadlineMs - now(), answerMarginMs));
    await store.release({ id, owner, to: from }, abortAfter(limitMs)).catch(() => undefined);
  };

  const ownerWrite = async (
    claim: Claim,
    write: (signal: AbortSignal) => Promise<'written' | 'lost'>,
    types: { written: IdempotencyEvent['type']; failed: IdempotencyEvent['type'] },
  ): Promise<void> => {
    const { attempt, operation } = claim;
    const about = { id: operation.id, owner: operation.owner, attempt };
    try {
      const outcome = await retryUntil(write, {
        deadlineMs: now() + spendableMs(operation.deadlineMs - now(), answerMarginMs),
        now,
        isRetryable: (error) => error instanceof StoreError && error.retryable,
      });
      report({ ...about, type: outcome === 'written' ? types.written : 'lease-lost' });
    } catch (error) {
      report({ ...about, type: types.failed, error });
    }
  };

  const complete = async (claim: Claim, value: unknown): Promise<void> => {
    const { id, owner } = claim.operation;
    const result = encodeResult(value);
    const request = { id, owner, result, expiresAtSeconds: expiresAtSeconds(0) };
    if (result.encoding === 'unavailable') report({ type: 'result-unavailable', id, owner });
    await ownerWrite(
      claim,
      async (signal) => {
        try {
          return await store.complete(request, signal);
        } catch (error) {
          if (!(error instanceof StoreError && error.tooLarge)) throw error;
          report({ type: 'result-unavailable', id, owner, error });
          return store.complete({ ...request, result: unavailable }, signal);
        }
      },
      { written: 'completed', failed: 'completion-failed' },
    );
  };

  const release = ({ operation, attempt }: Claim): Promise<void> =>
    ownerWrite(
      { operation, attempt },
      (signal) => store.release({ id: operation.id, owner: operation.owner, to: from }, signal),
      { written: 'released', failed: 'release-failed' },
    );

  const hold = ({ operation, attempt }: Claim): void =>
    report({ type: 'held', id: operation.id, owner: operation.owner, attempt });

  return { begin, complete, release, hold };
};

const refusalEvents: Partial<Record<IdempotencyError['code'], IdempotencyEvent['type']>> = {
  IN_PROGRESS: 'in-progress',
  PAYLOAD_MISMATCH: 'mismatch',
  REPETITIVE_OPERATION: 'token-refused',
};
