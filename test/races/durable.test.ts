import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { always, answersInTheEnd, noMore } from './check.ts';
import { durable } from './operations.ts';
import {
  aLateClaimHasNoEffect,
  aRefusalChangesNothing,
  atMostOneLiveOwner,
  attemptsRise,
  completedRecordNeverChanges,
  everyReplayEqualsTheFirstAnswer,
  nobodyIsRefusedByItself,
  nothingStartsAfterACompletion,
  onlyTheOwnerSettles,
  previousIsTheTruth,
  thePayloadStays,
} from './properties.ts';
import { races, raceTimeoutMs } from './runs.ts';

vi.mock('node:timers/promises', () => import('./virtual-sleep.ts'));

/** Several tries of one execution, and another execution meanwhile. */
const limits = { executions: [1, 2] } as const;

describe.each(['rerun', 'reject'] as const)(
  'idempotencyKey in durable executions with afterCrash: %s, in whatever order things happen',
  { timeout: raceTimeoutMs },
  (afterCrash) => {
    const options = { operation: durable, afterCrash };

    it('has at most one live execution at any time', () =>
      fc.assert(always(atMostOneLiveOwner, options, limits), races()));

    it('lets only the try that resumed last settle, and none take back what an earlier one claimed', () =>
      fc.assert(always(onlyTheOwnerSettles, options, limits), races()));

    it('never changes a completed record while it lives', () =>
      fc.assert(always(completedRecordNeverChanges, options, limits), races()));

    it('answers every repeat as it answered first', () =>
      fc.assert(always(everyReplayEqualsTheFirstAnswer, options, limits), races()));

    it('starts nothing after a completion', () =>
      fc.assert(always(nothingStartsAfterACompletion, options, limits), races()));

    it('lets an invocation that it refuses change nothing', () =>
      fc.assert(always(aRefusalChangesNothing, options, limits), races()));

    it('never refuses a try for a write of its own', () =>
      fc.assert(always(nobodyIsRefusedByItself, options, limits), races()));

    it('gives a claim no effect that arrives when it has been given up', () =>
      fc.assert(always(aLateClaimHasNoEffect, options, limits), races()));

    it('gives attempts that rise, and goes on in the same one', () =>
      fc.assert(always(attemptsRise, options, limits), races()));

    it('tells of earlier crashes and failures, and of none that never were', () =>
      fc.assert(always(previousIsTheTruth, options, limits), races()));

    it('runs no other payload after a run that failed or crashed', () =>
      fc.assert(always(thePayloadStays, options, limits), races()));
  },
);

describe('idempotencyKey in durable executions', { timeout: raceTimeoutMs }, () => {
  it('lets the execution that claimed last go on, before its lease ends', () =>
    fc.assert(
      answersInTheEnd(noMore, { operation: durable }, { ...limits, payloads: ['mouse'], afterLeases: false }),
      races(),
    ));
});
