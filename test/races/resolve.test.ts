import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { always } from './check.ts';
import { keyed, retainedToken } from './operations.ts';
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
} from './properties.ts';
import { races, raceTimeoutMs } from './runs.ts';

vi.mock('node:timers/promises', () => import('./virtual-sleep.ts'));

const limits = { findings: ['was done', 'was not done'] } as const;

describe.each(Object.entries({ keyed, retainedToken }))(
  'resolve at any time, of what is %s',
  { timeout: raceTimeoutMs },
  (_, operation) => {
    describe.each(['rerun', 'reject'] as const)('with afterCrash: %s', (afterCrash) => {
      const options = { operation, afterCrash };

      it('touches nothing that may still be running', () =>
        fc.assert(always(atMostOneLiveOwner, options, limits), races()));

      it('changes no completed record', () => fc.assert(always(completedRecordNeverChanges, options, limits), races()));

      it('gives what was found out as the answer, and no other', () =>
        fc.assert(always(everyReplayEqualsTheFirstAnswer, options, limits), races()));

      it('lets nothing start once it was found to be done', () =>
        fc.assert(always(nothingStartsAfterACompletion, options, limits), races()));

      it('leaves nothing to a former owner', () => fc.assert(always(onlyTheOwnerSettles, options, limits), races()));

      it('keeps attempts, crashes and payload', () =>
        fc.assert(
          always(
            (trace) => {
              attemptsRise(trace);
              previousIsTheTruth(trace);
              thePayloadStays(trace);
            },
            options,
            limits,
          ),
          races(),
        ));
    });

    it('alone lets a second effect follow, under reject', () =>
      fc.assert(always(effectsAreFollowedByNoOther, { operation, afterCrash: 'reject' }, limits), races()));
  },
);
