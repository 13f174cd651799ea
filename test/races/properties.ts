import { isDeepStrictEqual } from 'node:util';
import type { IdempotencyRecord, Writer } from '../../functions/idempotency/entries/main.ts';
import { durableLeaseMs, leaseMarginMs, timeoutMs } from './plan.ts';
import { endOf, hasExpired, type Run, runsOf } from './runs-of.ts';
import { type Answer, type Applied, isWon, type MomentOf, momentsOf, type Trace } from './trace.ts';

/** What must hold for every schedule. Throws the moment that breaks it. */
export type Property = (trace: Trace) => void;

type AppliedMoment = MomentOf<'applied'>;

const breach = (what: string, ...moments: unknown[]): Error =>
  new Error([what, ...moments.map((moment) => JSON.stringify(moment))].join('\n'));

const isAdmission = ({ verb }: Applied): boolean => verb === 'claim' || verb === 'consume';

const deadlinesOf = (trace: Trace): Map<number, number> =>
  new Map(momentsOf(trace, 'arrived').map(({ invocation, deadlineMs }) => [invocation, deadlineMs]));

const ownersOf = (trace: Trace): Map<number, string> =>
  new Map(momentsOf(trace, 'applied').flatMap((m) => (m.verb === 'claim' ? [[m.invocation, m.request.owner]] : [])));

const isChange = ({ before, after }: Applied): boolean => !isDeepStrictEqual(before, after);

/**
 * An owner is live from its claim until it completes, releases, or its time is up. A crash alone ends nothing: nobody else can
 * know of it. Of a durable execution only the try that resumed last can end it.
 */
const noTwoOwners =
  (marginMs: number): Property =>
  (trace) => {
    const deadlines = deadlinesOf(trace);
    const live = new Map<string, { untilMs: number; fence: string | undefined }>();
    for (const moment of momentsOf(trace, 'applied').filter(isWon)) {
      const { invocation, verb, request, atMs } = moment;
      const others = [...live].filter(([owner, { untilMs }]) => untilMs > atMs && owner !== (request as Writer).owner);
      if (verb === 'resolve') {
        if (others.length > 0) throw breach('Somebody resolves what is still running', moment);
        live.clear();
      } else if (verb === 'claim' || verb === 'consume') {
        if (others.length > 0)
          throw breach(`${invocation} owns the operation while ${others.map(([owner]) => owner)} does`, moment);
        const { owner, fence } = request as Writer;
        const deadlineMs = deadlines.get(invocation) ?? 0;
        const ownMs = fence === undefined ? deadlineMs + marginMs : deadlineMs - timeoutMs + durableLeaseMs;
        const own = live.get(owner);
        live.set(owner, { fence, untilMs: own && own.untilMs > atMs ? own.untilMs : ownMs });
      } else if (live.get(request.owner)?.fence === request.fence) {
        if (verb !== 'undo' || isChange(moment)) live.delete(request.owner);
      }
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
    ({ before, after }) => before?.status !== 'COMPLETED' && after?.status === 'COMPLETED',
  );

const isReplay = ({ headers }: Answer): boolean => headers?.['idempotent-replayed'] === 'true';

/** A replay is the response that the completing run returned, to a request with the same payload, or what an operator said. */
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
    if (completion.verb === 'complete' && JSON.parse(answer.body).payload !== payloads.get(invocation)) {
      throw breach('A replay answers another payload', answered);
    }
  }
};

/** But for the tries of one durable execution: they may overlap, and one of them completes. */
export const nothingStartsAfterACompletion: Property = (trace) => {
  const owners = ownersOf(trace);
  for (const [index, moment] of trace.entries()) {
    if (moment.type !== 'started') continue;
    const completion = completionsOf(trace.slice(0, index)).findLast(
      ({ after, request }) =>
        after && isAlive(after, moment.atMs) && (request as Partial<Writer>).owner !== owners.get(moment.invocation),
    );
    if (completion) throw breach(`${moment.invocation} starts after a completion`, completion, moment);
  }
};

/** A record changes hands or ends by a settlement of the try that owns it, and of no other. */
export const onlyTheOwnerSettles: Property = (trace) => {
  for (const moment of momentsOf(trace, 'applied')) {
    const { verb, before } = moment;
    if (verb !== 'complete' && verb !== 'release' && verb !== 'undo') continue;
    const { owner, fence } = moment.request;
    const isOwn = before?.status === 'IN_PROGRESS' && before.owner === owner && before.fence === fence;
    const mayWrite = isOwn && (verb !== 'undo' || before.claimedBy === fence);
    if (!mayWrite && !isTombstone(moment) && isChange(moment))
      throw breach('A stranger has settled the operation', moment);
  }
};

/** What keeps a claim out that may arrive later: it is written where nothing is, and counts for nothing. */
const isTombstone = ({ verb, request, before, after }: Applied): boolean =>
  verb === 'undo' &&
  (!before || hasExpired(before, request.nowMs)) &&
  after?.status === 'RELEASED' &&
  after.attempt === 0;

/** Neither the request that was refused nor anything that its invocation does later. */
export const aRefusalChangesNothing: Property = (trace) => {
  const applied = momentsOf(trace, 'applied').filter(({ verb }) => verb !== 'resolve');
  const admitted = new Set(applied.filter((moment) => isAdmission(moment) && isWon(moment)).map((m) => m.invocation));
  for (const moment of applied) {
    const { invocation } = moment;
    if (!isWon(moment) && isChange(moment)) throw breach('A refusal has changed the record', moment);
    const settlesWithoutClaim = !admitted.has(invocation) && !isAdmission(moment);
    if (settlesWithoutClaim && !isTombstone(moment) && isChange(moment))
      throw breach(`${invocation} writes without a claim`, moment);
  }
};

/**
 * A claim that arrives when its invocation has settled it, or was told that it failed, neither runs nor holds the operation. What keeps
 * it out lives as long as the record does.
 */
export const aLateClaimHasNoEffect: Property = (trace) => {
  const settled = new Set<number>();
  const uncertain = new Set<number>();
  for (const moment of trace) {
    const { invocation } = moment;
    if (moment.type === 'gave up' && moment.verb !== 'claim') uncertain.add(invocation);
    if (moment.type === 'answered' || moment.type === 'threw') settled.add(invocation);
    if (moment.type !== 'applied') continue;
    const { verb, outcome, before, after } = moment;
    if (!isAdmission(moment) && verb !== 'resolve') {
      // Overtaken, it has no say any more; and another try of its execution may have settled it.
      const isByOther = verb !== 'undo' && !isChange(moment) && !settled.has(invocation);
      if (outcome === 'lost' || isByOther) uncertain.add(invocation);
      settled.add(invocation);
    }
    const takesEffect = verb === 'claim' && isChange(moment) && after?.status === 'IN_PROGRESS';
    if (takesEffect && settled.has(invocation) && !uncertain.has(invocation)) {
      throw breach(`A late claim of ${invocation} holds the operation`, moment, before);
    }
  }
};

const earlierRuns = (runs: readonly Run[], { life, claimedAt }: Run): Run[] =>
  runs.filter((run) => run.life === life && run.claimedAt < claimedAt);

/** Attempts rise from run to run, and none is given twice, while the record lives. */
export const attemptsRise: Property = (trace) => {
  const runs = runsOf(trace).filter(({ starts }) => starts.length > 0);
  for (const run of runs) {
    const same = earlierRuns(runs, run).find(({ attempt }) => attempt >= run.attempt);
    if (same) throw breach(`Attempt ${run.attempt} follows attempt ${same.attempt}`, same, run);
    const other = run.starts.find(({ attempt }) => attempt !== run.attempt);
    if (other) throw breach(`A handler is told attempt ${other.attempt}`, run);
  }
};

/** A handler is told the worst of what became of earlier runs, no worse, and no better. */
export const previousIsTheTruth: Property = (trace) => {
  const runs = runsOf(trace);
  for (const run of runs) {
    const ends = earlierRuns(runs, run).map((other) => ({ ...other, end: endOf(other, run.claimedAt) }));
    // Of a run whose handler was not called, nobody can tell whether it was.
    const silent = ends.filter(({ end }) => end === undefined || end === 'unknown');
    const crashed = silent.filter(({ starts }) => starts.length > 0);
    const failed = ends.filter(({ end }) => end === 'failed');
    for (const { previous } of run.starts) {
      if (previous === 'crashed' && silent.length === 0) throw breach('A crash that never was', run, ...ends);
      if (previous !== 'crashed' && crashed.length > 0) throw breach('A crash is forgotten', run, ...crashed);
      if (previous === 'failed' && failed.length === 0) throw breach('A failure that never was', run, ...ends);
      if (previous === undefined && failed.length > 0) throw breach('A failure is forgotten', run, ...failed);
    }
  }
};

/** Only a request that was not acted upon may be followed by another one under its key. */
export const thePayloadStays: Property = (trace) => {
  const runs = runsOf(trace).filter(({ starts }) => starts.length > 0);
  for (const run of runs) {
    const other = earlierRuns(runs, run).find(
      (earlier) => earlier.payload !== run.payload && endOf(earlier, run.claimedAt) !== 'refused',
    );
    if (other) throw breach('Another payload has run', other, run);
  }
};

/** Under `'reject'`: the next effect needs somebody who says that the last one was not done, or an answer that has expired. */
export const effectsAreFollowedByNoOther: Property = (trace) => {
  const claims = new Map(
    momentsOf(trace, 'applied').flatMap((m) => (m.verb === 'claim' && isWon(m) ? [[m.invocation, m]] : [])),
  );
  const effects = momentsOf(trace, 'effect');
  for (const [index, effect] of effects.entries()) {
    const claim = claims.get(effect.invocation);
    for (const earlier of effects.slice(0, index)) {
      const between = trace.slice(trace.indexOf(earlier), claim ? trace.indexOf(claim) : undefined);
      const isExcused = momentsOf(between, 'applied').some(
        ({ verb, outcome, after }) =>
          (verb === 'resolve' && outcome === 'resolved' && after?.status !== 'COMPLETED') ||
          (after?.status === 'COMPLETED' && hasExpired(after, effect.atMs)),
      );
      if (!isExcused) throw breach('A second effect', earlier, effect);
    }
  }
};

/**
 * A write that was applied, and repeated because its answer was lost, finds itself. Unless it has come too late: its lease has
 * ended, or after a release somebody else has claimed.
 */
export const nobodyIsRefusedByItself: Property = (trace) => {
  const deadlines = deadlinesOf(trace);
  let lastWon: AppliedMoment | undefined;
  for (const moment of momentsOf(trace, 'applied').filter(({ verb }) => verb !== 'resolve')) {
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

/** Of a durable execution: a try that runs already takes the claim from no other one, by a request of its that comes late. */
export const noTryComesBack: Property = (trace) => {
  const started = new Set<number>();
  for (const moment of trace) {
    if (moment.type === 'started') started.add(moment.invocation);
    if (moment.type !== 'applied' || moment.verb !== 'claim' || !started.has(moment.invocation)) continue;
    const { before, after } = moment;
    const isResumed = before?.status === 'IN_PROGRESS' && before.attempt === after?.attempt;
    if (isResumed && before.fence !== after?.fence) throw breach('An earlier try holds the claim again', moment);
  }
};
