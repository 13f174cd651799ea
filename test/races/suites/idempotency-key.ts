import fc from 'fast-check';
import { describe, it } from 'vitest';
import { always, answersInTheEnd, noMore } from '../check.ts';
import { keyed } from '../operations.ts';
import { calm, leaseMarginMs, overtaking } from '../plan.ts';
import {
  aLateClaimHasNoEffect,
  aLostLeaseHasEnded,
  atMostOneLiveOwner,
  atMostOneRunningOwner,
  effectsAreFollowedByNoOther,
  exactlyOneEffect,
} from '../properties.ts';
import { races, raceTimeoutMs } from '../runs.ts';
import type { ScenarioOptions } from '../scenario.ts';
import { itAlways, promisesOfAClaim } from '../suite.ts';

const lasting = { retentionSeconds: calm.retentionSeconds };

export const idempotencyKeyRaces = (on: Pick<ScenarioOptions, 'createStore'> = {}): void => {
  const options = { operation: keyed, ...on };
  describe('idempotencyKey, in whatever order things happen', { timeout: raceTimeoutMs }, () => {
    itAlways(options, {}, promisesOfAClaim);

    itAlways(options, overtaking, {
      'has at most one live owner when one after the other is overtaken': atMostOneLiveOwner,
    });

    itAlways(options, lasting, {
      'reports a lost lease only when it has ended': aLostLeaseHasEnded,
      'gives a claim no effect that arrives when it has been given up': aLateClaimHasNoEffect,
    });

    it('G14: lets nobody take over before the owner’s deadline, with clocks up to a second apart', () =>
      fc.assert(always(atMostOneRunningOwner, options, { maxSkewMs: leaseMarginMs }), races()));

    it('takes effect exactly once when nobody crashes or is killed', () =>
      fc.assert(answersInTheEnd(exactlyOneEffect, options, { ...calm, afterLeases: false }), races()));

    it('is blocked by no request that was told that the store is unavailable', () => {
      const { fates: settlementFates, ...limits } = calm;
      return fc.assert(answersInTheEnd(noMore, options, { ...limits, settlementFates, afterLeases: false }), races());
    });

    it('G9: takes effect at most once whoever crashes, if it rejects after a crash', () =>
      fc.assert(always(effectsAreFollowedByNoOther, { ...options, afterCrash: 'reject' }), races()));

    it('runs again or replays once every lease has ended', () =>
      fc.assert(answersInTheEnd(noMore, options, { afterLeases: true }), races()));
  });
};
