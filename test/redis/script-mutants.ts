import * as rules from '../../functions/idempotency/addons/redis/scripts/rules.ts';
import { consumedToken, durable, keyed, type ProtectedOperation, retainedToken } from '../races/operations.ts';
import { calm, type PlanLimits } from '../races/plan.ts';
import {
  aLateClaimHasNoEffect,
  atMostOneExecution,
  atMostOneLiveOwner,
  attemptsRise,
  effectsAreFollowedByNoOther,
  nobodyIsRefusedByItself,
  nothingStartsAfterACompletion,
  onlyTheOwnerSettles,
  type Property,
  previousIsTheTruth,
  thePayloadStays,
} from '../races/properties.ts';

/** A script that is wrong in one way, and where that must show. */
export interface ScriptMutant {
  /** What the script begins with, after the values' names: which of them it is. */
  of: string;
  replace: readonly [found: string, by: string];
  operations: Readonly<Record<string, ProtectedOperation>>;
  property: Property;
  limits?: PlanLimits;
  afterCrash?: 'reject';
}

const claims = { keyed, retainedToken };
const lasting: PlanLimits = { retentionSeconds: calm.retentionSeconds };
const executions: PlanLimits = { executions: [1, 2], ...lasting };
const findings: PlanLimits = { findings: ['was done', 'was not done'], ...lasting };

const claim = 'owner, try, fence, fingerprint';
const complete = 'owner, fence, expiresAt, result';
const release = 'owner, try, fence, stray';
const undo = 'owner, try, fence, from';
const resolve = 'owner, fence, nowMs';
const consume = 'owner, now';

export const scriptMutants: Readonly<Record<string, ScriptMutant>> = {
  'completes for anyone': {
    of: complete,
    replace: [rules.mine, '(f.owner ~= nil)'],
    operations: claims,
    property: onlyTheOwnerSettles,
  },
  'releases for anyone': {
    of: release,
    replace: [rules.mine, '(f.owner ~= nil)'],
    operations: claims,
    property: onlyTheOwnerSettles,
  },
  'completes for an earlier try of the execution': {
    of: complete,
    replace: ["(fence == '' or f.fence == fence)", 'true'],
    operations: { durable },
    property: onlyTheOwnerSettles,
    limits: executions,
  },
  'takes over live leases': {
    of: claim,
    replace: [rules.leaseOver, "(f.status == 'IN_PROGRESS')"],
    operations: claims,
    property: atMostOneLiveOwner,
  },
  'claims what is completed': {
    of: claim,
    replace: ["f.status == 'RELEASED'", "(f.status == 'RELEASED' or f.status == 'COMPLETED')"],
    operations: { keyed },
    property: nothingStartsAfterACompletion,
  },
  'claims for any payload': {
    of: claim,
    replace: [rules.samePayload, 'true'],
    operations: claims,
    property: thePayloadStays,
    limits: lasting,
  },
  'claims for a try that was undone': {
    of: claim,
    replace: [rules.undone, 'false'],
    operations: claims,
    property: aLateClaimHasNoEffect,
    limits: lasting,
  },
  'does not recognise its own claim': {
    of: claim,
    replace: ['f.owner == owner and f.fingerprint', 'false and f.fingerprint'],
    operations: claims,
    property: nobodyIsRefusedByItself,
  },
  'goes on without setting the fence': {
    of: claim,
    replace: ["if fence ~= '' then redis.call('HSET', key, 'fence', fence) end", ''],
    operations: { durable },
    property: nobodyIsRefusedByItself,
    limits: executions,
  },
  'lets claims expire that must not be taken over': {
    of: claim,
    replace: ["also('expiresAt', expiresAt)", "also('expiresAt', now)"],
    operations: { keyed },
    property: effectsAreFollowedByNoOther,
    afterCrash: 'reject',
  },
  'starts attempts over': {
    of: claim,
    replace: ['(f.attempt or 0) + 1', '1'],
    operations: claims,
    property: attemptsRise,
    limits: lasting,
  },
  'does not recognise its own completion': {
    of: complete,
    replace: ["f.status == 'COMPLETED' and", 'false and'],
    operations: claims,
    property: nobodyIsRefusedByItself,
  },
  'releases a claim that may arrive again, and leaves no mark': {
    of: release,
    replace: [rules.markUndone, ''],
    operations: claims,
    property: aLateClaimHasNoEffect,
    limits: lasting,
  },
  'forgets how a run ended': {
    of: release,
    replace: ["redis.call('HSET', key, 'previous', worst)", 'worst = nil'],
    operations: claims,
    property: previousIsTheTruth,
    limits: lasting,
  },
  'forgets the payload on a release': {
    of: release,
    replace: ["if worst == '' then", 'if true then'],
    operations: claims,
    property: thePayloadStays,
    limits: lasting,
  },
  'counts no ends': {
    of: release,
    replace: ["redis.call('HSET', key, 'ended', f.attempt)", ''],
    operations: claims,
    property: previousIsTheTruth,
    limits: lasting,
  },
  'takes a run of unknown end for a failed one': {
    of: release,
    replace: ["end_ == 'unknown'", 'false'],
    operations: claims,
    property: previousIsTheTruth,
    limits: lasting,
  },
  'undoes, and leaves no mark': {
    of: undo,
    replace: [rules.markUndone, ''],
    operations: claims,
    property: aLateClaimHasNoEffect,
    limits: lasting,
  },
  'undoes a takeover as if nobody had crashed': {
    of: undo,
    replace: [rules.tookOver, 'false'],
    operations: claims,
    property: previousIsTheTruth,
    limits: lasting,
  },
  'undoes for a later try what an earlier one claimed': {
    of: undo,
    replace: ["(f.claimedBy or '') ~= fence", 'false'],
    operations: { durable },
    property: onlyTheOwnerSettles,
    limits: executions,
  },
  'resolves what is still running': {
    of: resolve,
    replace: [rules.leaseOver, "(f.status == 'IN_PROGRESS')"],
    operations: { keyed },
    property: atMostOneLiveOwner,
    limits: findings,
    afterCrash: 'reject',
  },
  'forgets the crash that was resolved': {
    of: resolve,
    replace: [", 'previous', 'crashed'", ''],
    operations: { keyed },
    property: previousIsTheTruth,
    limits: findings,
    afterCrash: 'reject',
  },
  'lets a token be used twice': {
    of: consume,
    replace: [rules.issued, 'true'],
    operations: { consumedToken },
    property: atMostOneExecution,
  },
  'does not recognise its own use of a token': {
    of: consume,
    replace: ["f.status == 'CONSUMED' and", 'false and'],
    operations: { consumedToken },
    property: nobodyIsRefusedByItself,
  },
};
