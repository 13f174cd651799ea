import fc, { type IAsyncPropertyWithHooks } from 'fast-check';
import type { Drawn } from '../check.ts';
import { dayMs, type Fate, type PlanLimits, plans, timeoutMs } from '../plan.ts';
import type { WritesProperty } from './properties.ts';
import { runWrites, type WritesScenarioOptions } from './scenario.ts';

const fates: readonly Fate[] = [
  'answered',
  'conflict',
  'request lost',
  'answer lost',
  'late',
  'failed',
  'failed though applied',
];

/** So late that no try is made any more, and there is time for an answer. */
const outOfTimeMs = timeoutMs - 300;

export const commitLimits = {
  outcomes: ['succeeds', 'throws', 'answers 500'],
  fates,
  advancesMs: [1, 2000, timeoutMs, outOfTimeMs],
  retentionSeconds: [dayMs / 1000],
} as const satisfies PlanLimits;

/** Any schedule of anything that can happen to commits has the property, after one more request. */
export const alwaysAfterWrites = (
  property: WritesProperty,
  options: WritesScenarioOptions,
): IAsyncPropertyWithHooks<Drawn> => {
  return fc.asyncProperty(fc.scheduler(), plans(commitLimits), async (scheduler, plan) => {
    property(await runWrites(scheduler, plan, options));
  });
};
