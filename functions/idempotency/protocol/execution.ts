import type { Context } from 'aws-lambda';
import { answerMarginMs, patienceMs, spendableMs } from '../base/deadline.ts';
import { retryUntil } from '../base/retry.ts';
import { stopwatch } from '../base/stopwatch.ts';
import { encodeOutcome, type Outcome, oversized, type UnkeptOutcome } from '../record/result.ts';
import { type RunEnd, StoreError } from '../record/store.ts';
import type { Operation } from '../request/operation.ts';
import { createAdmission } from './admission.ts';
import type { Admission, Claim } from './claim.ts';
import type { IdempotencyEventType } from './event.ts';
import { createResultKeeper } from './overflow.ts';
import { safeCache } from './safe-cache.ts';
import { type ExecutionSettings, expiresAtSeconds } from './settings.ts';

export interface Execution {
  /**
   * Claims the operation, or finds the outcome of an earlier run.
   *
   * @param context of the call
   * @throws {IdempotencyError} when the operation may neither run nor be answered
   */
  begin(operation: Operation, context: Context): Promise<Admission>;
  /** Remembers how the run ended. Never rejects: its outcome is the caller's. */
  complete(claim: Claim, outcome: Outcome | UnkeptOutcome): Promise<void>;
  /** Ends a run that another may follow. Never rejects. */
  release(claim: Claim, end: RunEnd): Promise<void>;
  /** Takes back a claim as if it had never been made. Never rejects. */
  undo(claim: Claim): Promise<void>;
  /** Keeps the claim until its lease ends, because the handler may still be running. */
  hold(claim: Claim): void;
}

/** The life of an operation, claim → run → complete or release: the one state machine that all entry points share. */
export const createExecution = (settings: ExecutionSettings): Execution => {
  const { store, from, encryption, now, report } = settings;
  const cache = safeCache(settings);
  const keep = createResultKeeper({ overflow: store.overflow, encryption, now, report });

  const ownerWrite = async (
    { attempt, operation, storeMs, endTurn }: Claim,
    write: (signal: AbortSignal) => Promise<'written' | 'lost'>,
    told: { written: IdempotencyEventType; failed: IdempotencyEventType; handlerMs?: number },
  ): Promise<boolean> => {
    const elapsedMs = stopwatch();
    const details = () => ({
      attempt,
      ...(told.handlerMs !== undefined && { handlerMs: told.handlerMs }),
      storeMs: storeMs + elapsedMs(),
    });
    try {
      const outcome = await retryUntil(write, {
        deadlineMs: now() + Math.min(patienceMs, spendableMs(operation.deadlineMs - now(), answerMarginMs)),
        now,
        isRetryable: (error) => StoreError.is(error) && error.retryable,
      });
      report(outcome === 'written' ? told.written : 'lease-lost', operation, details());
      return outcome === 'written';
    } catch (error) {
      report(told.failed, operation, { ...details(), error });
      return false;
    } finally {
      endTurn();
    }
  };

  const complete: Execution['complete'] = async (claim, outcome) => {
    const { id, owner, fence, fingerprint } = claim.operation;
    const handlerMs = claim.ranMs();
    const expiry = expiresAtSeconds(settings);
    const result = await keep(
      await encodeOutcome(outcome, store.bytesBesides?.(claim.operation)),
      claim.operation,
      expiry,
    );
    let request = { id, owner, fence, result, expiresAtSeconds: expiry };
    const written = await ownerWrite(
      claim,
      async (signal) => {
        try {
          return await store.complete(request, signal);
        } catch (error) {
          if (!(StoreError.is(error) && error.tooLarge)) throw error;
          request = { ...request, result: await keep(await oversized(request.result), claim.operation, expiry) };
          return store.complete(request, signal);
        }
      },
      { written: 'completed', failed: 'completion-failed', handlerMs },
    );
    if (written) {
      await cache?.set(
        { id, owner, status: 'COMPLETED', fingerprint, result: request.result, expiresAtSeconds: expiry },
        claim.operation,
      );
    }
  };

  const release: Execution['release'] = async (claim, end) => {
    const { operation, previous, stray } = claim;
    const handlerMs = claim.ranMs();
    const { id, owner, fence, leaseExpiresAtMs } = operation;
    const request = { id, owner, fence, from, end, previous, stray, expiresAtSeconds: expiresAtSeconds(settings) };
    await ownerWrite(
      claim,
      async (signal) => {
        const outcome = await store.release(request, signal);
        // Nobody takes over a live lease: an earlier try had freed the operation, and it has been claimed anew since.
        return now() < leaseExpiresAtMs ? 'written' : outcome;
      },
      { written: end === 'unknown' ? 'doubted' : 'released', failed: 'release-failed', handlerMs },
    );
  };

  const undo: Execution['undo'] = async (claim) => {
    const { id, owner, fence } = claim.operation;
    const request = { id, owner, fence, from, nowMs: now(), expiresAtSeconds: expiresAtSeconds(settings) };
    await ownerWrite(claim, (signal) => store.undo(request, signal).then(() => 'written'), {
      written: 'undone',
      failed: 'release-failed',
    });
  };

  const hold = ({ operation, attempt, ranMs, storeMs }: Claim): void =>
    report('held', operation, { attempt, handlerMs: ranMs(), storeMs });

  return { begin: createAdmission(settings, cache), complete, release, undo, hold };
};
