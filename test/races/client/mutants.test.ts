import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { racesInCI } from '../runs.ts';
import { always } from './check.ts';
import * as mutants from './mutants.ts';
import { noDoubt, type PlanLimits, remembered } from './plan.ts';
import { everyCallIsAnswered, nothingDoneIsTrue, oneEffectPerIntention, type Property } from './properties.ts';
import type { ScenarioOptions } from './scenario.ts';

/** One key, two bodies: most of what can go wrong with them needs both. */
const correcting = {
  runs: ['finds it invalid', 'pays', 'takes long'],
  network: ['fine', 'answer lost', 'unauthorized'],
  gapsMs: [0, 100, 3000],
} as const satisfies PlanLimits;

/** What was refused is called for anew when the server may have forgotten it. */
const doubting = {
  runs: ['finds it invalid', 'pays'],
  network: ['fine', 'late', 'unauthorized'],
  gapsMs: [0, 100, 120_000],
  retentionSeconds: [60],
} as const satisfies PlanLimits;

describe('G52: the schedules that CI tries catch a client that', () => {
  it.each<[what: string, Omit<ScenarioOptions, 'protection'>, Property, PlanLimits?]>([
    ['makes a key for every try', mutants.makesAKeyForEveryTry, oneEffectPerIntention],
    ['sends before it stores', mutants.sendsBeforeItStores, oneEffectPerIntention],
    ['stores in two steps', mutants.storesInTwoSteps, oneEffectPerIntention],
    ['forgets what is done', mutants.forgetsWhatIsDone, oneEffectPerIntention],
    ['forgets what may be corrected', mutants.forgetsWhatIsCorrectable, oneEffectPerIntention, correcting],
    ['forgets tries that were never answered', mutants.forgetsDoubt, oneEffectPerIntention, doubting],
    ['sends again when the server has forgotten', mutants.ignoresTheWindow, oneEffectPerIntention],
    ['believes whoever answers', mutants.believesEverybody, nothingDoneIsTrue],
    ['gives up before the lease ends', mutants.givesUpBeforeTheLeaseEnds, everyCallIsAnswered, noDoubt],
    [
      'tries nothing again that was answered',
      mutants.triesNothingAgainThatWasAnswered,
      everyCallIsAnswered,
      remembered,
    ],
  ])('%s', async (_what, mutant, property, limits) => {
    const { failed } = await fc.check(always({ protection: 'key', ...mutant }, [property], limits), racesInCI);
    expect(failed).toBe(true);
  });
});
