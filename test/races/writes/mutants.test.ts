import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { racesInCI } from '../runs.ts';
import { alwaysAfterWrites } from './check.ts';
import { alwaysOfMixedVerbs, answersAreTrue, guardsAreItems, type MixedProperty } from './mixed-verbs.ts';
import {
  believingWhatIsSaid,
  forgettingToFree,
  forgettingToTake,
  oneWriteAtATime,
  takingGuardsOfOthers,
  withoutConditions,
  withoutRequestTokens,
} from './mutants.ts';
import { insertByKey, insertByUniqueAttribute, remembered, type WritingOperation } from './operations.ts';
import { effectsHappenOnce, nobodyIsRefusedByItsOwnCommit, type WritesProperty } from './properties.ts';
import type { WritesScenarioOptions } from './scenario.ts';

vi.mock('node:timers/promises', () => import('../virtual-sleep.ts'));

type CreateDatabase = NonNullable<WritesScenarioOptions['database']>;

describe('G52: the schedules that CI tries catch a commit', () => {
  it.each<[what: string, CreateDatabase, WritesProperty, WritingOperation[]]>([
    [
      'without request tokens',
      withoutRequestTokens,
      nobodyIsRefusedByItsOwnCommit,
      [insertByKey, insertByUniqueAttribute],
    ],
    ['of one write at a time', oneWriteAtATime, effectsHappenOnce, [remembered, insertByKey, insertByUniqueAttribute]],
    ['without conditions', withoutConditions, effectsHappenOnce, [remembered, insertByKey, insertByUniqueAttribute]],
  ])('%s', async (_what, database, property, operations) => {
    for (const operation of operations) {
      const { failed } = await fc.check(alwaysAfterWrites(property, { operation, database }), racesInCI);
      expect.soft(failed).toBe(true);
    }
  });
});

describe('G52: the schedules of mixed verbs that CI tries catch a commit', () => {
  it.each<[what: string, CreateDatabase, MixedProperty]>([
    ['that takes guards of others', takingGuardsOfOthers, guardsAreItems],
    ['that believes what a request says of its item', believingWhatIsSaid, guardsAreItems],
    ['that forgets to take a guard', forgettingToTake, guardsAreItems],
    ['that forgets to free a guard', forgettingToFree, guardsAreItems],
    ['of one write at a time', oneWriteAtATime, guardsAreItems],
    ['without request tokens', withoutRequestTokens, answersAreTrue],
  ])('%s', async (_what, database, property) => {
    const { failed } = await fc.check(alwaysOfMixedVerbs(property, database), racesInCI);
    expect(failed).toBe(true);
  });
});
