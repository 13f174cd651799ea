import { it } from 'vitest';
import { together } from './check.ts';
import type { PlanLimits } from './plan.ts';
import {
  aRefusalChangesNothing,
  atMostOneLiveOwner,
  attemptsRise,
  completedRecordNeverChanges,
  everyReplayEqualsTheFirstAnswer,
  nobodyIsRefusedByItself,
  nothingStartsAfterACompletion,
  onlyTheOwnerSettles,
  type Property,
  previousIsTheTruth,
  thePayloadStays,
} from './properties.ts';
import type { ScenarioOptions } from './scenario.ts';

/** A test for each property, over the same schedules. */
export const itAlways = (
  options: ScenarioOptions,
  limits: PlanLimits,
  properties: Readonly<Record<string, Property>>,
): void => {
  const holds = together(options, limits, Object.values(properties));
  for (const [title, property] of Object.entries(properties)) it(title, () => holds(property));
};

/** What holds for everything that runs under a claim, whatever names it. */
export const promisesOfAClaim: Readonly<Record<string, Property>> = {
  'has at most one live owner at any time': atMostOneLiveOwner,
  'never changes a completed record while it lives': completedRecordNeverChanges,
  'lets only the owner complete or release': onlyTheOwnerSettles,
  'G2: answers every repeat as it answered first': everyReplayEqualsTheFirstAnswer,
  'G2: starts no execution after a completion': nothingStartsAfterACompletion,
  'G5: lets an invocation that it refuses change nothing': aRefusalChangesNothing,
  'never refuses an invocation for a write of its own': nobodyIsRefusedByItself,
  'gives attempts that rise, none of them twice': attemptsRise,
  'tells of earlier crashes and failures, and of none that never were': previousIsTheTruth,
  'runs no other payload after a run that failed or crashed': thePayloadStays,
};
