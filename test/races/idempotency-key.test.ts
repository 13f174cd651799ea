import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { always, answersInTheEnd, noMore } from './check.ts';
import { keyed } from './operations.ts';
import { calm, leaseMarginMs } from './plan.ts';
import {
  aLateClaimHasNoEffect,
  aLostLeaseHasEnded,
  aRefusalChangesNothing,
  atMostOneLiveOwner,
  atMostOneRunningOwner,
  attemptsRise,
  completedRecordNeverChanges,
  effectsAreFollowedByNoOther,
  everyReplayEqualsTheFirstAnswer,
  exactlyOneEffect,
  nobodyIsRefusedByItself,
  nothingStartsAfterACompletion,
  onlyTheOwnerSettles,
  previousIsTheTruth,
  thePayloadStays,
} from './properties.ts';
import { races, raceTimeoutMs } from './runs.ts';

vi.mock('node:timers/promises', () => import('./virtual-sleep.ts'));

const options = { operation: keyed };

describe('idempotencyKey, in whatever order things happen', { timeout: raceTimeoutMs }, () => {
  it('has at most one live owner at any time', () => fc.assert(always(atMostOneLiveOwner, options), races()));

  it('G14: lets nobody take over before the owner’s deadline, with clocks up to a second apart', () =>
    fc.assert(always(atMostOneRunningOwner, options, { maxSkewMs: leaseMarginMs }), races()));

  it('never changes a completed record while it lives', () =>
    fc.assert(always(completedRecordNeverChanges, options), races()));

  it('lets only the owner complete or release', () => fc.assert(always(onlyTheOwnerSettles, options), races()));

  it('G2: answers every repeat as it answered first', () =>
    fc.assert(always(everyReplayEqualsTheFirstAnswer, options), races()));

  it('G2: starts no execution after a completion', () =>
    fc.assert(always(nothingStartsAfterACompletion, options), races()));

  it('G5: lets an invocation that it refuses change nothing', () =>
    fc.assert(always(aRefusalChangesNothing, options), races()));

  it('never refuses an invocation for a write of its own', () =>
    fc.assert(always(nobodyIsRefusedByItself, options), races()));

  it('gives attempts that rise, none of them twice', () => fc.assert(always(attemptsRise, options), races()));

  it('tells of earlier crashes and failures, and of none that never were', () =>
    fc.assert(always(previousIsTheTruth, options), races()));

  it('runs no other payload after a run that failed or crashed', () =>
    fc.assert(always(thePayloadStays, options), races()));

  it('gives a claim no effect that arrives when it has been given up', () =>
    fc.assert(always(aLateClaimHasNoEffect, options), races()));

  it('takes effect exactly once when nobody crashes or is killed', () =>
    fc.assert(answersInTheEnd(exactlyOneEffect, options, { ...calm, afterLeases: false }), races()));

  it('reports a lost lease only when it has ended', () =>
    fc.assert(always(aLostLeaseHasEnded, options, { retentionSeconds: calm.retentionSeconds }), races()));

  it('is blocked by no request that was told that the store is unavailable', () => {
    const { fates: settlementFates, ...limits } = calm;
    return fc.assert(answersInTheEnd(noMore, options, { ...limits, settlementFates, afterLeases: false }), races());
  });

  it('G9: takes effect at most once whoever crashes, if it rejects after a crash', () =>
    fc.assert(always(effectsAreFollowedByNoOther, { ...options, afterCrash: 'reject' }), races()));

  it('runs again or replays once every lease has ended', () =>
    fc.assert(answersInTheEnd(noMore, options, { afterLeases: true }), races()));
});
