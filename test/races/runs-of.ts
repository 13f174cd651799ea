import { isDeepStrictEqual } from 'node:util';
import type { IdempotencyRecord, PreviousOutcome, RunEnd } from '../../functions/idempotency/entries/main.ts';
import { momentsOf, type Trace } from './trace.ts';

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
  starts: { at: number; attempt: number | undefined; previous: PreviousOutcome | undefined }[];
  ends: { at: number; end: RunEnd | 'completed' | 'undone' }[];
}

export const hasExpired = (record: IdempotencyRecord, nowMs: number): boolean =>
  record.expiresAtSeconds * 1000 <= nowMs;

/** How a run had ended by then; `undefined` if nothing had been heard of it. */
export const endOf = ({ ends }: Run, by: number): Run['ends'][number]['end'] | undefined =>
  ends.findLast(({ at }) => at < by)?.end;

/** What the store did, as the runs that it let begin, in the order of their claims. */
export const runsOf = (trace: Trace): Run[] => {
  const payloads = new Map(momentsOf(trace, 'arrived').map(({ invocation, payload }) => [invocation, payload]));
  const runs: Run[] = [];
  const current = new Map<number, Run>();
  let life = 0;
  for (const [at, moment] of trace.entries()) {
    if (moment.type === 'started') {
      const { attempt, previous } = moment;
      current.get(moment.invocation)?.starts.push({ at, attempt, previous });
    }
    if (moment.type !== 'applied') continue;
    const { before, after, invocation } = moment;
    const runOf = (owner: string | undefined, attempt: number | undefined) =>
      runs.find((run) => run.life === life && run.owner === owner && run.attempt === attempt);
    const isChange = !isDeepStrictEqual(before, after);
    const mayBeginAnew = moment.verb === 'claim' || moment.verb === 'undo';
    if (mayBeginAnew && isChange && (!before || hasExpired(before, moment.request.nowMs))) life += 1;
    if (moment.verb === 'claim' && moment.outcome.claimed) {
      const { request, outcome } = moment;
      const run = runOf(request.owner, outcome.attempt) ?? {
        ...{ life, owner: request.owner, attempt: outcome.attempt, payload: payloads.get(invocation), claimedAt: at },
        ...{ starts: [], ends: [] },
      };
      if (!runs.includes(run)) runs.push(run);
      current.set(invocation, run);
    }
    const wasOwn =
      before?.status === 'IN_PROGRESS' && 'owner' in moment.request && before.owner === moment.request.owner;
    if (!wasOwn || !isChange) continue;
    const run = runOf(before.owner, before.attempt);
    if (moment.verb === 'release') run?.ends.push({ at, end: moment.request.end });
    if (moment.verb === 'complete') run?.ends.push({ at, end: 'completed' });
    if (moment.verb === 'undo') run?.ends.push({ at, end: 'undone' });
  }
  return runs;
};
