import {
  type ClaimOutcome,
  type ClaimRequest,
  type ConsumeOutcome,
  type IdempotencyRecord,
  type IdempotencyStore,
  StoreError,
} from '../../functions/idempotency/entries/main.ts';
import { currentInvocation, type Invocation } from './invocation.ts';
import type { Fate, Phase } from './plan.ts';
import type { Applied, Verb } from './trace.ts';

const phases = {
  claim: 'admission',
  consume: 'admission',
  complete: 'settlement',
  release: 'settlement',
  undo: 'settlement',
  resolve: 'settlement',
} as const satisfies Record<Verb, Phase>;

type Request<V extends Verb> = Parameters<IdempotencyStore[V]>[0];
type Outcome<V extends Verb> = Awaited<ReturnType<IdempotencyStore[V]>>;

/** What the store does to a record, in one step. */
type Step<V extends Verb> = (request: Request<V>) => Promise<Outcome<V>>;

export interface NetworkOptions {
  /** As a store would that resumes an execution by a write without a condition. */
  resumesUnseen?: boolean;
}

/**
 * The network before a store, with the SDK on this side of it: every request and every answer takes its time, which the
 * scheduler decides, and may get lost. What the store itself does to a record is one step.
 */
export const scheduledStore = (store: IdempotencyStore, { resumesUnseen = false }: NetworkOptions = {}) => {
  const look = (id: string) => store.read({ id, nowMs: 0, consistent: true });

  /** Runs the step between two looks at the record. The scheduler starts nothing else until that has come to rest. */
  const apply = async <V extends Verb>(
    invocation: Invocation,
    verb: V,
    request: Request<V>,
    step: Step<V>,
  ): Promise<Outcome<V>> => {
    const before = await look(request.id);
    const outcome = await step(request);
    invocation.note({ type: 'applied', verb, request, outcome, before, after: await look(request.id) } as Applied);
    return outcome;
  };

  /** Sends a request until it is answered. `isStray` tells of an earlier try that had no answer: it may arrive later. */
  const send = async <V extends Verb>(
    verb: V,
    request: Request<V>,
    step: Step<V>,
    giveUp: (fate: Fate, isStray: boolean) => Outcome<V> | undefined = () => undefined,
  ): Promise<{ outcome: Outcome<V>; isStray: boolean }> => {
    const invocation = currentInvocation();
    const phase = phases[verb];
    const arrive = async () => {
      await invocation.turn(`${verb} arrives`);
      return apply(invocation, verb, request, step);
    };
    const arriveLate = async () => {
      for (let turns = 0; turns < invocation.plan.lateTurns; turns += 1) await invocation.turn(`${verb} is on its way`);
      await arrive();
    };
    const waitInVain = async () => {
      await invocation.turn(`${verb} is not answered`);
      await invocation.survive();
    };
    await invocation.survive(`before the ${phase} is sent`);
    for (let isStray = false; ; isStray = true) {
      if (invocation.crashesAt(`while the ${phase} travels`)) {
        void arriveLate();
        await invocation.crash();
      }
      const fate = invocation.nextFate(phase);
      if (fate === 'late' || fate === 'failed and late') void arriveLate();
      else if (fate !== 'request lost' && fate !== 'failed' && fate !== 'conflict') {
        const outcome = await arrive();
        await invocation.survive(`after the ${phase} is applied`);
        if (fate === 'answered') {
          await invocation.turn(`${verb} is answered`);
          await invocation.survive();
          return { outcome, isStray };
        }
      }
      await waitInVain();
      if (!fate.startsWith('failed') && fate !== 'conflict') continue;
      const outcome = giveUp(fate, isStray);
      if (outcome !== undefined) return { outcome, isStray };
      invocation.note({ type: 'gave up', verb });
      throw new StoreError(`${verb}: ${fate}`, { retryable: true, cause: undefined });
    }
  };

  /** A live claim of an earlier try is met, not resumed: that takes a second write. */
  const take: Step<'claim'> = async (request) => {
    const record = await look(request.id);
    return isOfEarlierTry(record, request) ? { claimed: false, record } : store.claim(request);
  };

  const resume =
    (found: IdempotencyRecord): Step<'claim'> =>
    async (request) => {
      const record = await look(request.id);
      const isAsFound = record?.fence === found.fence || record?.fence === request.fence || resumesUnseen;
      return isAsFound ? store.claim(request) : { claimed: false, record };
    };

  const claim = async (request: ClaimRequest): Promise<ClaimOutcome> => {
    const taken = await send('claim', request, take);
    const found = taken.outcome.claimed ? undefined : taken.outcome.record;
    const isMet = isOfEarlierTry(found, request);
    const { outcome, isStray } = isMet ? await send('claim', request, resume(found)) : taken;
    return taken.isStray || isStray ? { ...outcome, stray: true } : outcome;
  };

  /** What a store knows of a request for a token that it gave up. */
  const consumeUnanswered = (fate: Fate, isStray: boolean): ConsumeOutcome | undefined => {
    if (isStray || fate.startsWith('failed ')) return 'unknown';
    return fate === 'conflict' ? 'conflicted' : undefined;
  };

  const sender =
    <V extends 'complete' | 'release' | 'undo' | 'resolve'>(verb: V, step: Step<V>) =>
    async (request: Request<V>): Promise<Outcome<V>> =>
      (await send(verb, request, step)).outcome;

  return {
    claim,
    consume: async (request) => (await send('consume', request, store.consume, consumeUnanswered)).outcome,
    complete: sender('complete', store.complete),
    release: sender('release', store.release),
    undo: sender('undo', store.undo),
    resolve: sender('resolve', store.resolve),
    read: store.read,
    issue: store.issue,
  } satisfies IdempotencyStore;
};

const isOfEarlierTry = (
  record: IdempotencyRecord | undefined,
  { owner, fence, fingerprint, nowMs }: ClaimRequest,
): record is IdempotencyRecord =>
  record?.status === 'IN_PROGRESS' &&
  record.owner === owner &&
  record.fingerprint === fingerprint &&
  record.fence !== fence &&
  (record.leaseExpiresAtMs ?? 0) > nowMs;
