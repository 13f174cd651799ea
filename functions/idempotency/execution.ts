import { type Admission, createAdmission } from './admission.ts';
import { answerMarginMs } from './deadline.ts';
import type { IdempotencyEvent } from './event.ts';
import type { Operation } from './operation.ts';
import type { RecordCache } from './record-cache.ts';
import type { Subject } from './refusal.ts';
import { encodeOutcome, type Outcome, unavailable } from './result.ts';
import { retryUntil } from './retry.ts';
import { type IdempotencyStore, StoreError } from './store/store.ts';

export interface ExecutionSettings {
  store: IdempotencyStore;
  subject: Subject;
  /** What a claim starts from and a release goes back to. */
  from: 'absent' | 'issued';
  afterCrash: 'rerun' | 'reject';
  retentionSeconds: number;
  /** Whether to look for a completed record before claiming. */
  readFirst: boolean;
  /** How long to wait for another invocation that runs the operation, in milliseconds. */
  waitUpToMs: number;
  cache: RecordCache | undefined;
  now: () => number;
  report: (event: IdempotencyEvent) => void;
}

/** When a record that is written now expires: after the retention, but never before its lease. */
export const expiresAtSeconds = ({ now, retentionSeconds }: ExecutionSettings, leaseExpiresAtMs: number): number =>
  Math.ceil(Math.max(now() + retentionSeconds * 1000, leaseExpiresAtMs) / 1000);

/** The right of this invocation to run the operation. */
export interface Claim {
  operation: Operation;
  attempt: number;
}

export interface Execution {
  /**
   * Claims the operation, or finds the outcome of an earlier run.
   *
   * @throws {IdempotencyError} when the operation may neither run nor be answered
   */
  begin(operation: Operation): Promise<Admission>;
  /** Remembers how the run ended. Never rejects: its outcome is the caller's. */
  complete(claim: Claim, outcome: Outcome): Promise<void>;
  /** Gives the claim back after a failure. Never rejects. */
  release(claim: Claim): Promise<void>;
  /** Keeps the claim until its lease ends, because the handler may still be running. */
  hold(claim: Claim): void;
}

/** The life of an operation, claim → run → complete or release: the one state machine that all entry points share. */
export const createExecution = (settings: ExecutionSettings): Execution => {
  const { store, cache, from, now, report } = settings;

  const ownerWrite = async (
    claim: Claim,
    write: (signal: AbortSignal) => Promise<'written' | 'lost'>,
    types: { written: IdempotencyEvent['type']; failed: IdempotencyEvent['type'] },
  ): Promise<boolean> => {
    const { attempt, operation } = claim;
    const about = { id: operation.id, owner: operation.owner, attempt };
    try {
      const outcome = await retryUntil(write, {
        deadlineMs: operation.deadlineMs - answerMarginMs,
        now,
        isRetryable: (error) => error instanceof StoreError && error.retryable,
      });
      report({ ...about, type: outcome === 'written' ? types.written : 'lease-lost' });
      return outcome === 'written';
    } catch (error) {
      report({ ...about, type: types.failed, error });
      return false;
    }
  };

  const complete = async (claim: Claim, outcome: Outcome): Promise<void> => {
    const { id, owner, fingerprint } = claim.operation;
    const result = encodeOutcome(outcome);
    const request = { id, owner, result, expiresAtSeconds: expiresAtSeconds(settings, 0) };
    if (result.encoding === 'unavailable') report({ type: 'result-unavailable', id, owner });
    const written = await ownerWrite(
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
    if (written) cache?.set({ ...request, status: 'COMPLETED', fingerprint });
  };

  const release = async (claim: Claim): Promise<void> => {
    const { id, owner } = claim.operation;
    await ownerWrite(claim, (signal) => store.release({ id, owner, to: from }, signal), {
      written: 'released',
      failed: 'release-failed',
    });
  };

  const hold = ({ operation, attempt }: Claim): void =>
    report({ type: 'held', id: operation.id, owner: operation.owner, attempt });

  return { begin: createAdmission(settings), complete, release, hold };
};
