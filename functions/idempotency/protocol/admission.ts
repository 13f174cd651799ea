import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { admissionMs, answerMarginMs, spendableMs, withTimeLimit } from '../base/deadline.ts';
import { aboutRecord, type IdempotencyError } from '../base/error.ts';
import { repetitive, storeUnavailable } from '../base/refusals.ts';
import { stopwatch } from '../base/stopwatch.ts';
import { type IdempotencyRecord, isOfSamePayload } from '../record/record.ts';
import { type ClaimOutcome, type ClaimRequest, StoreError } from '../record/store.ts';
import type { Operation } from '../request/operation.ts';
import type { Admission } from './claim.ts';
import { refusalEvent } from './event.ts';
import { outcomeOf, redactedOf } from './replay.ts';
import type { SafeCache } from './safe-cache.ts';
import { type ExecutionSettings, expiresAtSeconds } from './settings.ts';
import { type Turn, takeTurn } from './turn.ts';

/** How long a caller who is refused anyway is made to wait for the sake of its next try. */
const maxAbandonMs = 500;
const firstPollMs = 25;
const slowestPollMs = 500;

/** @throws {Error} of a store that gives the record of another operation: a wrong query, or one object for all of its answers */
const checkId = (record: IdempotencyRecord | undefined, { id }: Operation): void => {
  if (record && record.id !== id)
    throw new Error(`The store gave the record ${record.id} when it was asked for ${id}.`);
};

/** The beginning of an operation: finds the outcome of an earlier run, or claims it. */
export const createAdmission = (settings: ExecutionSettings, cache: SafeCache | undefined) => {
  const { store, now, report } = settings;
  /** Operations of which a claim has no answer, or has had none. */
  const strays = new WeakSet<Operation>();
  const storeMs = new WeakMap<Operation, number>();

  const reached = async <Result>(
    operation: Operation,
    call: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    const elapsedMs = stopwatch();
    const spentMs = () => (storeMs.get(operation) ?? 0) + elapsedMs();
    try {
      const result = await withTimeLimit(admissionMs(operation.deadlineMs - now()), call);
      storeMs.set(operation, spentMs());
      return result;
    } catch (error) {
      report('store-unavailable', operation, { error, storeMs: spentMs() });
      throw storeUnavailable(error);
    }
  };

  const claim = (operation: Operation, nowMs: number): Promise<ClaimOutcome> =>
    reached(operation, async (signal) => {
      const leaseExpiresAtMs = Math.max(operation.leaseExpiresAtMs, nowMs + operation.leaseMs);
      const request: ClaimRequest = {
        id: operation.id,
        owner: operation.owner,
        fence: operation.fence,
        fingerprint: operation.fingerprint,
        keyHash: operation.keyHash,
        requestId: operation.requestId,
        nowMs,
        leaseExpiresAtMs,
        // What must not be taken over must not be forgotten either.
        expiresAtSeconds: settings.afterCrash === 'reject' ? undefined : expiresAtSeconds(settings, leaseExpiresAtMs),
        from: settings.from,
        takeOver: settings.afterCrash === 'rerun',
      };
      const wasStray = strays.has(operation);
      const answered = (stray: boolean | undefined): void => {
        if (!stray && !wasStray) strays.delete(operation);
      };
      strays.add(operation);
      try {
        const outcome = await store.claim(request, signal);
        answered(outcome.stray);
        if (outcome.claimed) return { ...outcome, leaseExpiresAtMs: outcome.leaseExpiresAtMs ?? leaseExpiresAtMs };
        checkId(outcome.record, operation);
        return outcome;
      } catch (error) {
        answered(!StoreError.is(error) || error.retryable);
        throw error;
      }
    });

  /** Undoes a claim that may have been applied unseen, or yet be, so that the caller's retry needn't wait for the lease of nobody. */
  const abandon = async ({ id, owner, fence, deadlineMs }: Operation): Promise<void> => {
    const limitMs = Math.min(maxAbandonMs, spendableMs(deadlineMs - now(), answerMarginMs));
    const request = {
      id,
      owner,
      fence,
      from: settings.from,
      nowMs: now(),
      expiresAtSeconds: expiresAtSeconds(settings),
    };
    await withTimeLimit(limitMs, (signal) => store.undo(request, signal)).catch(() => undefined);
  };

  const read = (operation: Operation, nowMs: number, consistent: boolean): Promise<IdempotencyRecord | undefined> =>
    reached(operation, async (signal) => {
      const record = await store.read({ id: operation.id, nowMs, consistent }, signal);
      checkId(record, operation);
      return record;
    });

  /** A completed record that is at hand without a claim; anything else is left for the claim to judge. */
  const completedBefore = async (operation: Operation): Promise<IdempotencyRecord | undefined> => {
    const cached = await cache?.get(operation);
    if (cached && cached.expiresAtSeconds * 1000 > now()) return cached;
    const found = settings.readFirst ? await read(operation, now(), false) : undefined;
    return found?.status === 'COMPLETED' ? found : undefined;
  };

  const isRunning = (record: IdempotencyRecord | undefined, operation: Operation, nowMs: number): boolean =>
    record?.status === 'IN_PROGRESS' && isOfSamePayload(record, operation) && (record.leaseExpiresAtMs ?? 0) > nowMs;

  /** What the first look and the first claim found; `undefined` when the store can't be reached and the operation runs anyway. */
  const firstLook = async (operation: Operation, nowMs: number): Promise<ClaimOutcome | undefined> => {
    try {
      const record = await completedBefore(operation);
      return record ? { claimed: false, record } : await claim(operation, nowMs);
    } catch (error) {
      if (settings.onStoreUnavailable === 'refuse') throw error;
      if (strays.has(operation)) await abandon(operation);
      return undefined;
    }
  };

  /**
   * While another invocation runs the operation, waits for that one's outcome as long as it may.
   *
   * A refusal goes by the time of the claim: a lease that ended since would look like one that may not be taken over.
   */
  const waitForOther = async (operation: Operation, first: ClaimOutcome, firstMs: number) => {
    let [outcome, nowMs] = [first, firstMs];
    const limitMs = Math.min(settings.waitUpToMs, operation.deadlineMs - answerMarginMs - nowMs);
    const waitedMs = stopwatch();
    for (let delayMs = firstPollMs; !outcome.claimed && isRunning(outcome.record, operation, nowMs); delayMs *= 2) {
      const leftMs = limitMs - waitedMs();
      if (leftMs <= 0) break;
      await sleep(Math.min(leftMs, (0.5 + Math.random() / 2) * Math.min(delayMs, slowestPollMs)));
      nowMs = now();
      const record = await read(operation, nowMs, true);
      const undecided = isRunning(record, operation, nowMs) || record?.status === 'COMPLETED';
      outcome = undecided ? { claimed: false, record } : await claim(operation, nowMs);
    }
    return { outcome, nowMs };
  };

  const replay = async (
    record: IdempotencyRecord | undefined,
    operation: Operation,
    nowMs: number,
  ): Promise<Admission> => {
    const spentMs = storeMs.get(operation) ?? 0;
    try {
      if (!record) throw repetitive();
      const outcome = await outcomeOf(record, operation, nowMs, settings.subject, {
        overflow: store.overflow,
        encryption: settings.encryption,
        now,
      });
      await cache?.set(record, operation);
      report('replayed', operation, { storeMs: spentMs, ...redactedOf(outcome) });
      return { run: false, outcome, record };
    } catch (error) {
      const [type, details] = refusalEvent(error as IdempotencyError);
      report(type, operation, { ...details, storeMs: spentMs });
      throw error;
    }
  };

  const admit = async ({ operation, end: endTurn }: Turn): Promise<Admission> => {
    const firstMs = now();
    const first = await firstLook(operation, firstMs);
    if (!first) return { run: true, claim: undefined };
    const { outcome, nowMs } = await waitForOther(operation, first, firstMs);
    if (!outcome.claimed) return replay(outcome.record, operation, nowMs);
    const { attempt, previous, tookOver, leaseExpiresAtMs } = outcome;
    const spentMs = storeMs.get(operation) ?? 0;
    report('claimed', operation, {
      attempt,
      storeMs: spentMs,
      ...(previous && { previous }),
      ...(tookOver && { tookOver }),
    });
    const claimed = { ...operation, leaseExpiresAtMs: leaseExpiresAtMs ?? operation.leaseExpiresAtMs };
    const timing = { ranMs: stopwatch(), storeMs: spentMs };
    const stray = strays.has(operation);
    return { run: true, claim: { operation: claimed, attempt, previous, stray, ...timing, endTurn } };
  };

  /**
   * @throws {IdempotencyError} when the operation may neither run nor be answered
   */
  return async (given: Operation, context: Context): Promise<Admission> => {
    const turn = takeTurn(given, context);
    try {
      const admission = await admit(turn);
      if (!admission.run || !admission.claim) turn.end();
      return admission;
    } catch (error) {
      if (strays.has(turn.operation)) await abandon(turn.operation);
      turn.end();
      throw aboutRecord(error, given.id);
    }
  };
};
