import fc from 'fast-check';
import { describe, it } from 'vitest';
import { always } from '../check.ts';
import { keyed, retainedToken } from '../operations.ts';
import {
  atMostOneLiveOwner,
  attemptsRise,
  completedRecordNeverChanges,
  effectsAreFollowedByNoOther,
  everyReplayEqualsTheFirstAnswer,
  nothingStartsAfterACompletion,
  onlyTheOwnerSettles,
  previousIsTheTruth,
  thePayloadStays,
} from '../properties.ts';
import { races, raceTimeoutMs } from '../runs.ts';
import type { ScenarioOptions } from '../scenario.ts';
import { itAlways } from '../suite.ts';

const limits = { findings: ['was done', 'was not done'] } as const;

export const resolveRaces = (on: Pick<ScenarioOptions, 'createStore'> = {}): void => {
  describe.each(Object.entries({ keyed, retainedToken }))(
    'resolve at any time, of what is %s',
    { timeout: raceTimeoutMs },
    (_, operation) => {
      describe.each(['rerun', 'reject'] as const)('with afterCrash: %s', (afterCrash) => {
        itAlways({ operation, afterCrash, ...on }, limits, {
          'touches nothing that may still be running': atMostOneLiveOwner,
          'changes no completed record': completedRecordNeverChanges,
          'gives what was found out as the answer, and no other': everyReplayEqualsTheFirstAnswer,
          'lets nothing start once it was found to be done': nothingStartsAfterACompletion,
          'leaves nothing to a former owner': onlyTheOwnerSettles,
          'lets attempts rise': attemptsRise,
          'keeps crashes and failures': previousIsTheTruth,
          'keeps the payload': thePayloadStays,
        });
      });

      it('alone lets a second effect follow, under reject', () =>
        fc.assert(always(effectsAreFollowedByNoOther, { operation, afterCrash: 'reject', ...on }, limits), races()));
    },
  );
};
