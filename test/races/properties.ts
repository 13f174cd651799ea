import { isDeepStrictEqual } from 'node:util';
import type { IdempotencyRecord } from '../../functions/idempotency/entries/main.ts';
import { leaseMarginMs } from './plan.ts';
import { type Answer, type Applied, isWon, type MomentOf, momentsOf, type Trace } from './trace.ts';

/** What must hold for every schedule. Throws the moment that breaks it. */
export type Property = (trace: Trace) => void;

type AppliedMoment = MomentOf<'applied'>;

const breach = (what: string, ...moments: unknown[]): Error =>
  new Error([what, ...moments.map((moment) => JSON.stringify(moment))].join('\n'));

const isAdmission = ({ verb }: Applied): boolean => verb === 'claim' || verb === 'consume';

const deadlinesOf = (trace: Trace): Map<number, number> =>
  new Map(momentsOf(trace, 'arrived').map(({ invocation, deadlineMs }) => [invocation, deadlineMs]));

/**
 * An owner is live from its claim until it completes, releases, or its time is up. A crash alone ends nothing: nobody else can
 * know of it.
 */
const noTwoOwners =
  (marginMs: number): Property =>
  (trace) => {
    const deadlines = deadlinesOf(trace);
    const liveUntilMs = new Map<number, number>();
    for (const moment of momentsOf(trace, 'applied').filter(isWon)) {
      const { invocation, atMs } = moment;
      if (!isAdmission(moment)) {
        liveUntilMs.delete(invocation);
        continue;
      }
      for (const [owner, untilMs] of liveUntilMs) {
        if (owner !== invocation && untilMs > atMs) {
          throw breach(`${invocation} owns the operation while ${owner} does`, moment);
        }
      }
      liveUntilMs.set(invocation, (deadlines.get(invocation) ?? 0) + marginMs);
    }
  };

export const atMostOneLiveOwner = noTwoOwners(leaseMarginMs);

/** For clocks that differ: the lease may end early, but not before Lambda has ended the invocation. */
export const atMostOneRunningOwner = noTwoOwners(0);

const isAlive = ({ expiresAtSeconds }: IdempotencyRecord, atMs: number): boolean => expiresAtSeconds * 1000 > atMs;

export const completedRecordNeverChanges: Property = (trace) => {
  for (const moment of momentsOf(trace, 'applied')) {
    const { before, after, atMs } = moment;
    const isCompleted = before?.status === 'COMPLETED' && isAlive(before, atMs);
    if (isCompleted && !isDeepStrictEqual(before, after)) {
      throw breach('A completed record has changed', moment);
    }
  }
};

/** The completions that took effect, not their repeated tries. */
const completionsOf = (trace: Trace): AppliedMoment[] =>
  momentsOf(trace, 'applied').filter(
    ({ verb, before, after }) => verb === 'complete' && before?.status !== 'COMPLETED' && after?.status === 'COMPLETED',
  );

const isReplay = ({ headers }: Answer): boolean => headers?.['idempotent-replayed'] === 'true';

/** A replay is the response that the completing execution returned, to a request with the same payload. */
export const everyReplayEqualsTheFirstAnswer: Property = (trace) => {
  const returned = new Map(momentsOf(trace, 'returned').map(({ invocation, response }) => [invocation, response]));
  const payloads = new Map(momentsOf(trace, 'arrived').map(({ invocation, payload }) => [invocation, payload]));
  for (const answered of momentsOf(trace, 'answered').filter(({ answer }) => isReplay(answer))) {
    const { invocation, answer } = answered;
    const asked = trace.findLastIndex(
      (moment) => moment.type === 'applied' && moment.invocation === invocation && isAdmission(moment),
    );
    const completion = completionsOf(trace.slice(0, asked)).at(-1);
    const first = completion && returned.get(completion.invocation);
    if (!first || first.statusCode !== answer.statusCode || first.body !== answer.body) {
      throw breach('A replay differs from the first answer', answered, first);
    }
    if (JSON.parse(answer.body).payload !== payloads.get(invocation)) {
      throw breach('A replay answers another payload', answered);
    }
  }
};

export const nothingStartsAfterACompletion: Property = (trace) => {
  for (const [index, moment] of trace.entries()) {
    if (moment.type !== 'started') continue;
    const completion = completionsOf(trace.slice(0, index)).findLast(
      ({ after }) => after && isAlive(after, moment.atMs),
    );
    if (completion) throw breach(`${moment.invocation} starts after a completion`, completion, moment);
  }
};

/** A record changes hands or ends by a settlement of the invocation that owns it, and of no other. */
export const onlyTheOwnerSettles: Property = (trace) => {
  for (const moment of momentsOf(trace, 'applied')) {
    const { verb, request, before, after } = moment;
    if (verb !== 'complete' && verb !== 'release') continue;
    const isOwner = before?.status === 'IN_PROGRESS' && before.owner === request.owner;
    if (!isOwner && !isDeepStrictEqual(before, after)) throw breach('A stranger has settled the operation', moment);
  }
};

/** Neither the request that was refused nor anything that its invocation does later. */
export const aRefusalChangesNothing: Property = (trace) => {
  const applied = momentsOf(trace, 'applied');
  const admitted = new Set(applied.filter((moment) => isAdmission(moment) && isWon(moment)).map((m) => m.invocation));
  for (const moment of applied) {
    const { invocation, before, after } = moment;
    if (!isWon(moment) && !isDeepStrictEqual(before, after)) throw breach('A refusal has changed the record', moment);
    // A claim whose answer never came is given back unseen: harmless, as long as it was not won.
    const settlesWithoutClaim = !admitted.has(invocation) && !isAdmission(moment);
    if (settlesWithoutClaim && !isDeepStrictEqual(before, after))
      throw breach(`${invocation} writes without a claim`, moment);
  }
};

/**
 * A write that was applied, and repeated because its answer was lost, finds itself. Unless it has come too late: its lease has
 * ended, or after a release somebody else has claimed.
 */
export const nobodyIsRefusedByItself: Property = (trace) => {
  const deadlines = deadlinesOf(trace);
  let lastWon: AppliedMoment | undefined;
  for (const moment of momentsOf(trace, 'applied')) {
    const { invocation, verb, atMs } = moment;
    const isRepeat = lastWon?.invocation === invocation && lastWon.verb === verb;
    const isInTime = verb !== 'claim' || atMs < (deadlines.get(invocation) ?? 0) + leaseMarginMs;
    if (isRepeat && isInTime && !isWon(moment)) throw breach(`${invocation} is refused by itself`, moment);
    if (isWon(moment)) lastWon = moment;
  }
};

/** An alarm for the operator: of a lease that has ended, not of a release that was repeated. */
export const aLostLeaseHasEnded: Property = (trace) => {
  const deadlines = deadlinesOf(trace);
  for (const moment of momentsOf(trace, 'reported').filter(({ event }) => event.type === 'lease-lost')) {
    const endsAtMs = (deadlines.get(moment.invocation) ?? 0) + leaseMarginMs;
    if (moment.atMs < endsAtMs) throw breach(`${moment.invocation} reports a lost lease that has not ended`, moment);
  }
};

/** Holds only where nobody crashes or is killed. */
export const exactlyOneEffect: Property = (trace) => {
  const effects = momentsOf(trace, 'effect');
  if (effects.length !== 1) throw breach(`${effects.length} effects`, ...effects);
};

export const atMostOneEffect: Property = (trace) => {
  const effects = momentsOf(trace, 'effect');
  if (effects.length > 1) throw breach(`${effects.length} effects`, ...effects);
};

export const atMostOneExecution: Property = (trace) => {
  const starts = momentsOf(trace, 'started');
  if (starts.length > 1) throw breach(`${starts.length} executions`, ...starts);
};
