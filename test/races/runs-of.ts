import { isDeepStrictEqual } from 'node:util';
import type { IdempotencyRecord, PreviousOutcome, RunEnd } from '../../functions/idempotency/entries/main.ts';
import { type Applied, momentsOf, type Trace, type Verb } from './trace.ts';

/** One attempt at the operation: of an invocation, or of a durable execution by one or several of its tries. */
export interface Run {
  /** Counts the lives of the record: it begins a new one where nothing was, or only what had expired. */
  life: number;
  owner: string;
  attempt: number;
  payload: string | undefined;
  /** When it was claimed, as a place in the trace. */
  claimedAt: number;
  /** Each time that its handler was called, with what it was told. */
  starts: { at: number; previous: PreviousOutcome | undefined }[];
  ends: { at: number; end: RunEnd | 'completed' | 'undone' }[];
}

export const hasExpired = (record: IdempotencyRecord, nowMs: number): boolean =>
  record.expiresAtSeconds * 1000 <= nowMs;

/** How a run had ended by then; `undefined` if nothing had been heard of it. */
export const endOf = ({ ends }: Run, by: number): Run['ends'][number]['end'] | undefined =>
  ends.findLast(({ at }) => at < by)?.end;

const endings: Partial<Record<Verb, (moment: Applied) => Run['ends'][number]['end'] | undefined>> = {
  release: (moment) => (moment.verb === 'release' ? moment.request.end : undefined),
  complete: () => 'completed',
  undo: () => 'undone',
};

/** What the store did, as the runs that it let begin, in the order of their claims. */
export const runsOf = (trace: Trace): Run[] => {
  const payloads = new Map(momentsOf(trace, 'arrived').map(({ invocation, payload }) => [invocation, payload]));
  const runs: Run[] = [];
  const claimed = new Map<number, Run[]>();
  let life = 0;
  for (const [at, moment] of trace.entries()) {
    if (moment.type === 'started') {
      const { invocation, attempt, previous } = moment;
      const run = claimed.get(invocation)?.findLast((candidate) => candidate.attempt === attempt);
      run?.starts.push({ at, previous });
    }
    if (moment.type !== 'applied') continue;
    const { before, after, invocation } = moment;
    const runOf = (owner: string | undefined, attempt: number | undefined) =>
      runs.findLast((run) => run.life === life && run.owner === owner && run.attempt === attempt);
    const isChange = !isDeepStrictEqual(before, after);
    const mayBeginAnew = moment.verb === 'claim' || moment.verb === 'undo';
    if (mayBeginAnew && isChange && (!before || hasExpired(before, moment.request.nowMs))) life += 1;
    if (moment.verb === 'claim' && moment.outcome.claimed) {
      const { request, outcome } = moment;
      const { owner } = request;
      const { attempt } = outcome;
      const goesOn = before?.status === 'IN_PROGRESS' && before.owner === owner && before.attempt === attempt;
      const found = isChange && !goesOn ? undefined : runOf(owner, attempt);
      const run = found ?? {
        life,
        owner,
        attempt,
        payload: payloads.get(invocation),
        claimedAt: at,
        starts: [],
        ends: [],
      };
      if (!found) runs.push(run);
      claimed.set(invocation, [...(claimed.get(invocation) ?? []), run]);
    }
    const wasOwn =
      before?.status === 'IN_PROGRESS' && 'owner' in moment.request && before.owner === moment.request.owner;
    if (!wasOwn || !isChange) continue;
    const end = endings[moment.verb]?.(moment);
    if (!end) continue;
    runOf(before.owner, before.attempt)?.ends.push({ at, end });
    // Its own claim has come once more since: what it says is of the run that it knows.
    if (before.fence === undefined) claimed.get(invocation)?.[0]?.ends.push({ at, end });
  }
  return runs;
};
