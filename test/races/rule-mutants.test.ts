import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { IdempotencyStore } from '../../functions/idempotency/entries/main.ts';
import { always, answersInTheEnd, noMore } from './check.ts';
import { consumedToken, durable, keyed, type ProtectedOperation, retainedToken } from './operations.ts';
import { calm, crowded, type PlanLimits } from './plan.ts';
import {
  aLateClaimHasNoEffect,
  atMostOneExecution,
  atMostOneLiveOwner,
  attemptsRise,
  effectsAreFollowedByNoOther,
  noTryComesBack,
  onlyTheOwnerSettles,
  type Property,
  previousIsTheTruth,
  thePayloadStays,
} from './properties.ts';
import * as mutant from './record-mutants.ts';
import { racesInCI } from './runs.ts';
import type { ScenarioOptions } from './scenario.ts';

vi.mock('node:timers/promises', () => import('./virtual-sleep.ts'));

type CreateStore = () => IdempotencyStore;

const isCaught = async (property: Property, options: ScenarioOptions, limits: PlanLimits = {}): Promise<boolean> => {
  const { failed } = await fc.check(always(property, options, limits), racesInCI);
  return failed;
};

const lasting: PlanLimits = { retentionSeconds: calm.retentionSeconds };
const executions: PlanLimits = { executions: [1, 2], ...lasting };
const crowd: PlanLimits = { ...crowded, ...executions };
const findings: PlanLimits = { findings: ['was done', 'was not done'], ...lasting };

describe('G52: the schedules that CI tries catch a store that', () => {
  it.each<[what: string, CreateStore, Property[]]>([
    ['takes back a claim that may still arrive, and leaves no mark', mutant.undoesWithoutMark, [aLateClaimHasNoEffect]],
    [
      'releases a claim that may arrive again, and leaves no mark',
      mutant.releasesStraysWithoutMark,
      [aLateClaimHasNoEffect],
    ],
    ['claims for a try that was undone', mutant.claimsWhatIsUndone, [aLateClaimHasNoEffect]],
    ['starts attempts over on a release', mutant.restartsAttempts, [attemptsRise]],
    ['forgets how runs ended', mutant.forgetsEnds, [previousIsTheTruth]],
    ['forgets the payload on a release', mutant.forgetsThePayload, [thePayloadStays]],
    ['undoes a takeover as if nobody had crashed', mutant.forgetsCrashesOnUndo, [previousIsTheTruth]],
    ['starts attempts over when a takeover is undone', mutant.restartsAttemptsOnUndo, [attemptsRise]],
    ['takes what was undone for a crash', mutant.crashesOnUndo, [previousIsTheTruth]],
    ['takes a run of unknown end for a failed one', mutant.takesUnknownForFailed, [previousIsTheTruth]],
    [
      'takes a failed run for one that did not act',
      mutant.takesFailedForRefused,
      [previousIsTheTruth, thePayloadStays],
    ],
    ['takes a run that did not act for a failed one', mutant.takesRefusedForFailed, [previousIsTheTruth]],
  ])('%s', async (_what, createStore, properties) => {
    for (const [name, operation] of Object.entries({ keyed, retainedToken })) {
      for (const property of properties) {
        expect.soft(await isCaught(property, { operation, createStore }, lasting), name).toBe(true);
      }
    }
  });

  it.each<[what: string, CreateStore]>([
    ['lets claims expire that must not be taken over', mutant.letsClaimsExpire],
    ['takes a run of unknown end for a failed one, under reject', mutant.takesUnknownForFailed],
  ])('%s', async (_what, createStore) => {
    const options = { operation: keyed, createStore, afterCrash: 'reject' } as const;
    expect(await isCaught(effectsAreFollowedByNoOther, options)).toBe(true);
  });

  it.each<[what: string, CreateStore, Property]>([
    ['resolves what is still running', mutant.resolvesWhatRuns, atMostOneLiveOwner],
    ['forgets the crash that was resolved', mutant.forgetsCrashesOnResolve, previousIsTheTruth],
  ])('%s', async (_what, createStore, property) => {
    const options = { operation: keyed, createStore, afterCrash: 'reject' } as const;
    expect(await isCaught(property, options, findings)).toBe(true);
  });

  it.each<[what: string, Partial<ScenarioOptions>, [Property, PlanLimits][]]>([
    [
      'completes for an earlier try',
      { createStore: mutant.completesWithoutFence },
      [[onlyTheOwnerSettles, executions]],
    ],
    [
      'releases for an earlier try',
      { createStore: mutant.releasesWithoutFence },
      [
        [onlyTheOwnerSettles, executions],
        [atMostOneLiveOwner, crowd],
      ],
    ],
    [
      'takes back for a later try what an earlier one claimed',
      { createStore: mutant.undoesForEveryTry },
      [[onlyTheOwnerSettles, executions]],
    ],
    [
      'takes back a claim under which a later try goes on',
      { createStore: mutant.undoesWhatGoesOn },
      [
        [onlyTheOwnerSettles, executions],
        [atMostOneLiveOwner, executions],
      ],
    ],
    ['resumes a claim without looking who holds it', { resumesUnseen: true }, [[noTryComesBack, crowd]]],
  ])('%s, in a durable execution', async (_what, options, properties) => {
    for (const [property, limits] of properties) {
      expect.soft(await isCaught(property, { operation: durable, ...options }, limits), property.name).toBe(true);
    }
  });

  it('refuses the later tries of a durable execution', async () => {
    const options = { operation: durable, createStore: mutant.refusesLaterTries };
    const check = answersInTheEnd(noMore, options, { ...executions, payloads: ['mouse'], afterLeases: false });
    expect((await fc.check(check, racesInCI)).failed).toBe(true);
  });

  it('takes the issue of a token for over while a try of it is under way', async () => {
    const operation: ProtectedOperation = consumedToken;
    expect(await isCaught(atMostOneExecution, { operation, trustsIssues: true })).toBe(true);
  });
});
