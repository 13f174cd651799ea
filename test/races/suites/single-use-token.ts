import fc from 'fast-check';
import { describe, it } from 'vitest';
import { always, answersInTheEnd, noMore } from '../check.ts';
import { consumedToken, retainedToken } from '../operations.ts';
import { allFates, calm, leaseMarginMs, overtaking } from '../plan.ts';
import {
  aLateClaimHasNoEffect,
  aLostLeaseHasEnded,
  aRefusalChangesNothing,
  atMostOneExecution,
  atMostOneLiveOwner,
  atMostOneRunningOwner,
  effectsAreFollowedByNoOther,
  exactlyOneEffect,
  nobodyIsRefusedByItself,
} from '../properties.ts';
import { races, raceTimeoutMs } from '../runs.ts';
import type { ScenarioOptions } from '../scenario.ts';
import { itAlways, promisesOfAClaim } from '../suite.ts';

const lasting = { retentionSeconds: calm.retentionSeconds };

export const singleUseTokenRaces = (on: Pick<ScenarioOptions, 'createStore'> = {}): void => {
  describe('singleUseToken, in whatever order things happen', { timeout: raceTimeoutMs }, () => {
    const options = { operation: consumedToken, ...on };

    itAlways(
      options,
      { fates: [...allFates, 'conflict'] },
      {
        'G37: never runs twice for one token': atMostOneExecution,
        'lets a request that it refuses change nothing': aRefusalChangesNothing,
        'G53: never refuses an invocation for having used the token itself': nobodyIsRefusedByItself,
      },
    );

    it('lets exactly one request pass when nobody crashes or is killed', () =>
      fc.assert(
        always(exactlyOneEffect, options, { ...calm, outcomes: ['succeeds'], fates: [...calm.fates, 'conflict'] }),
        races(),
      ));
  });

  describe('singleUseToken with retainResult, in whatever order things happen', { timeout: raceTimeoutMs }, () => {
    const options = { operation: retainedToken, ...on };

    itAlways(options, {}, promisesOfAClaim);

    itAlways(options, overtaking, {
      'has at most one live owner when one after the other is overtaken': atMostOneLiveOwner,
    });

    itAlways(options, lasting, {
      'reports a lost lease only when it has ended': aLostLeaseHasEnded,
      'gives a claim no effect that arrives when it has been given up': aLateClaimHasNoEffect,
    });

    it('lets nobody take over before the owner’s deadline, with clocks up to a second apart', () =>
      fc.assert(always(atMostOneRunningOwner, options, { maxSkewMs: leaseMarginMs }), races()));

    it('lets a failed request try again, and takes effect exactly once when nobody crashes or is killed', () =>
      fc.assert(answersInTheEnd(exactlyOneEffect, options, { ...calm, afterLeases: false }), races()));

    it('takes effect at most once whoever crashes, if it rejects after a crash', () =>
      fc.assert(always(effectsAreFollowedByNoOther, { ...options, afterCrash: 'reject' }), races()));

    it('runs again or replays once every lease has ended', () =>
      fc.assert(answersInTheEnd(noMore, options, { ...lasting, afterLeases: true }), races()));
  });
};
