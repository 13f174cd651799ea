import fc from 'fast-check';
import { describe, it } from 'vitest';
import { answersInTheEnd, noMore } from '../check.ts';
import { durable } from '../operations.ts';
import { calm, crowded } from '../plan.ts';
import {
  aLateClaimHasNoEffect,
  aRefusalChangesNothing,
  atMostOneLiveOwner,
  attemptsRise,
  completedRecordNeverChanges,
  everyReplayEqualsTheFirstAnswer,
  nobodyIsRefusedByItself,
  noTryComesBack,
  nothingStartsAfterACompletion,
  onlyTheOwnerSettles,
  previousIsTheTruth,
  thePayloadStays,
} from '../properties.ts';
import { races, raceTimeoutMs } from '../runs.ts';
import type { ScenarioOptions } from '../scenario.ts';
import { itAlways } from '../suite.ts';

/** Several tries of one execution, and another execution meanwhile. */
const limits = { executions: [1, 2] } as const;

export const durableRaces = (on: Pick<ScenarioOptions, 'createStore'> = {}): void => {
  describe.each(['rerun', 'reject'] as const)(
    'idempotencyKey in durable executions with afterCrash: %s, in whatever order things happen',
    { timeout: raceTimeoutMs },
    (afterCrash) => {
      const options = { operation: durable, afterCrash, ...on };

      itAlways(options, limits, {
        'has at most one live execution at any time': atMostOneLiveOwner,
        'lets only the try that resumed last settle, and none take back what an earlier one claimed':
          onlyTheOwnerSettles,
        'never goes back to an earlier try': noTryComesBack,
        'never changes a completed record while it lives': completedRecordNeverChanges,
        'answers every repeat as it answered first': everyReplayEqualsTheFirstAnswer,
        'starts nothing after a completion by another execution': nothingStartsAfterACompletion,
        'lets an invocation that it refuses change nothing': aRefusalChangesNothing,
        'never refuses a try for a write of its own': nobodyIsRefusedByItself,
        'gives attempts that rise, and goes on in the same one': attemptsRise,
        'tells of earlier crashes and failures, and of none that never were': previousIsTheTruth,
        'runs no other payload after a run that failed or crashed': thePayloadStays,
      });

      itAlways(
        options,
        { ...crowded, ...limits },
        {
          'has at most one live execution in a crowd': atMostOneLiveOwner,
          'never goes back to an earlier try in a crowd': noTryComesBack,
        },
      );

      itAlways(
        options,
        { ...limits, retentionSeconds: calm.retentionSeconds },
        {
          'gives a claim no effect that arrives when it has been given up': aLateClaimHasNoEffect,
        },
      );
    },
  );

  describe('idempotencyKey in durable executions', { timeout: raceTimeoutMs }, () => {
    it('lets the execution that claimed last go on, before its lease ends', () =>
      fc.assert(
        answersInTheEnd(noMore, { operation: durable, ...on }, { ...limits, payloads: ['mouse'], afterLeases: false }),
        races(),
      ));
  });
};
