import type { Invocation, Run } from './operations.ts';

const writes = ({ calls }: Invocation) => calls.filter(({ verb }) => verb !== 'read');

/** When the store confirmed that this invocation's result is remembered. */
export const completedAt = (invocation: Invocation): number | undefined =>
  invocation.calls.find(({ verb, outcome }) => verb === 'complete' && outcome === 'written')?.at;

/** A run that can't tell what came of it is as silent as one that crashed. */
const isDoubt = ({ verb }: Invocation['calls'][number]): boolean => verb === 'release unknown';

/** Whether a call has ended a claim, for good or as it was before. */
const isSettled = ({ verb, outcome }: Invocation['calls'][number]): boolean =>
  outcome === 'written' || outcome === 'lost' || (verb === 'undo' && outcome === 'done');

/**
 * From when on nothing of an invocation can stand in another one's way: it was refused, or the store has confirmed how its claim ended.
 * Never, if a call to the store failed without another one that settles it, or the process went silent.
 */
export const closedAt = (invocation: Invocation): number => {
  const last = writes(invocation).at(-1);
  const answeredAt = invocation.answer?.at;
  if (last && isDoubt(last)) return Number.POSITIVE_INFINITY;
  if (last && isSettled(last)) return Math.max(last.at, answeredAt ?? last.at);
  const open = last && (last.outcome === 'failed' || last.outcome === 'claimed' || last.outcome === 'unknown');
  return open ? Number.POSITIVE_INFINITY : (answeredAt ?? Number.POSITIVE_INFINITY);
};

/** Whether a claim of this invocation may have been there at some time. */
export const mayHaveClaimed = (invocation: Invocation): boolean =>
  writes(invocation).some(({ outcome }) => outcome === 'claimed' || outcome === 'failed' || outcome === 'unknown') ||
  closedAt(invocation) === Number.POSITIVE_INFINITY;

/** The handler was running when its process died. */
export const crashed = ({ ended, killedAt }: Run): boolean => !ended && killedAt !== undefined;

const failures: ReadonlySet<string | undefined> = new Set(['threw', 'answered 500']);

export const failed = ({ ended }: Run): boolean => failures.has(ended?.how);

/** The handler has said that it did not act. */
export const refused = ({ ended }: Run): boolean => ended?.how === 'answered 422';

export const couldNotTell = ({ ended }: Run): boolean => ended?.how === 'could not tell';

/** Tries of one durable execution are one run, as long as they go on under one claim. */
export const isSameRun = (one: Run, other: Run): boolean =>
  one.execution === other.execution && one.started.attempt === other.started.attempt;

/** A later try of the same durable execution has taken it from there: how that ends is how the run ends. */
export const wentOn = (run: Run, runs: readonly Run[]): boolean =>
  runs.some((other) => other.started.at > run.started.at && isSameRun(run, other));

export const isSuccess = ({ answer }: Invocation): boolean =>
  answer !== undefined && answer.status >= 200 && answer.status < 300;

/** The caller has a result that the library reported as remembered. */
export const isRemembered = (invocation: Invocation): boolean =>
  isSuccess(invocation) &&
  (invocation.answer?.events.some((event) => event === 'completed' || event === 'committed' || event === 'replayed') ??
    false);

/** Which run an answer is of. */
export const runOf = ({ answer }: Invocation): string | undefined => {
  try {
    return answer?.body === undefined ? undefined : JSON.parse(answer.body).run;
  } catch {
    return undefined;
  }
};
