import fc, { type IAsyncPropertyWithHooks } from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { IdempotencyStore } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { always, answersInTheEnd, type Drawn, noMore } from './check.ts';
import * as mutant from './mutants.ts';
import { consumedToken, keyed, type ProtectedOperation, retainedToken } from './operations.ts';
import { calm, leaseMarginMs, overtaking, type PlanLimits } from './plan.ts';
import {
  aRefusalChangesNothing,
  atMostOneExecution,
  atMostOneLiveOwner,
  atMostOneRunningOwner,
  completedRecordNeverChanges,
  everyReplayEqualsTheFirstAnswer,
  exactlyOneEffect,
  nobodyIsRefusedByItself,
  nothingStartsAfterACompletion,
  onlyTheOwnerSettles,
  type Property,
} from './properties.ts';
import { releasesWithoutOwnerCondition } from './record-mutants.ts';
import { racesInCI } from './runs.ts';

vi.mock('node:timers/promises', () => import('./virtual-sleep.ts'));

type CreateStore = () => IdempotencyStore;
type Check = (operation: ProtectedOperation, createStore: CreateStore) => IAsyncPropertyWithHooks<Drawn>;

const has =
  (property: Property, limits: PlanLimits = {}): Check =>
  (operation, createStore) =>
    always(property, { operation, createStore }, limits);

const takesEffectOnce: Check = (operation, createStore) =>
  answersInTheEnd(exactlyOneEffect, { operation, createStore }, { ...calm, afterLeases: false });

const answersOnceLeasesHaveEnded: Check = (operation, createStore) =>
  answersInTheEnd(noMore, { operation, createStore }, { retentionSeconds: calm.retentionSeconds, afterLeases: true });

const isCaught = async (createStore: CreateStore, check: Check, operation: ProtectedOperation): Promise<boolean> => {
  const { failed } = await fc.check(check(operation, createStore), racesInCI);
  return failed;
};

describe('G52: the schedules that CI tries catch a store that', () => {
  it.each<[what: string, CreateStore, Record<string, Check>]>([
    [
      'completes without the owner condition',
      mutant.completesWithoutOwnerCondition,
      {
        onlyTheOwnerSettles: has(onlyTheOwnerSettles),
        completedRecordNeverChanges: has(completedRecordNeverChanges),
      },
    ],
    [
      'releases without the owner condition',
      releasesWithoutOwnerCondition,
      {
        onlyTheOwnerSettles: has(onlyTheOwnerSettles),
        atMostOneLiveOwner: has(atMostOneLiveOwner, overtaking),
        completedRecordNeverChanges: has(completedRecordNeverChanges),
      },
    ],
    [
      'does not recognise its own claim',
      mutant.forgetsItsOwnClaim,
      { nobodyIsRefusedByItself: has(nobodyIsRefusedByItself) },
    ],
    [
      'does not recognise its own completion',
      mutant.forgetsItsOwnCompletion,
      { nobodyIsRefusedByItself: has(nobodyIsRefusedByItself) },
    ],
    [
      'takes over leases that have not ended',
      mutant.takesOverLiveLeases,
      {
        atMostOneLiveOwner: has(atMostOneLiveOwner),
        atMostOneRunningOwner: has(atMostOneRunningOwner),
        takesEffectOnce,
      },
    ],
    [
      'ends leases before their time',
      mutant.endsLeasesEarly,
      { atMostOneLiveOwner: has(atMostOneLiveOwner), atMostOneRunningOwner: has(atMostOneRunningOwner) },
    ],
    [
      'releases a claim that it has refused',
      mutant.releasesAfterARefusal,
      { aRefusalChangesNothing: has(aRefusalChangesNothing), atMostOneLiveOwner: has(atMostOneLiveOwner) },
    ],
    ['cannot tell an ended lease from a live one', mutant.holdsExpiredLeases, { answersOnceLeasesHaveEnded }],
  ])('%s', async (_what, createStore, checks) => {
    for (const [operationName, operation] of Object.entries({ keyed, retainedToken })) {
      for (const [name, check] of Object.entries(checks)) {
        expect.soft(await isCaught(createStore, check, operation), `${name}, ${operationName}`).toBe(true);
      }
    }
  });

  it('forgets completions', async () => {
    for (const check of [has(nothingStartsAfterACompletion), has(completedRecordNeverChanges), takesEffectOnce]) {
      expect.soft(await isCaught(mutant.forgetsCompletions, check, keyed)).toBe(true);
    }
  });

  it('answers whatever payload comes with the key or token', async () => {
    for (const operation of [keyed, retainedToken]) {
      const check = has(everyReplayEqualsTheFirstAnswer);
      expect.soft(await isCaught(mutant.ignoresThePayload, check, operation)).toBe(true);
    }
  });

  it('trusts clocks that are farther apart than the margin of a lease', async () => {
    const check: Check = (operation) => always(atMostOneRunningOwner, { operation }, { maxSkewMs: 4 * leaseMarginMs });
    expect(await isCaught(memoryStore, check, keyed)).toBe(true);
  });

  it('lets a token be used twice', async () => {
    expect(await isCaught(mutant.consumesTwice, has(atMostOneExecution), consumedToken)).toBe(true);
  });

  it('does not recognise its own use of a token', async () => {
    const check = has(nobodyIsRefusedByItself);
    expect(await isCaught(mutant.forgetsItsOwnConsumption, check, consumedToken)).toBe(true);
  });
});
