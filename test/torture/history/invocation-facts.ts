import type { Invocation, Run } from './operations.ts';

const writes = ({ calls }: Invocation) => calls.filter(({ verb }) => verb !== 'read');

/** When the store confirmed that this invocation's result is remembered. */
export const completedAt = (invocation: Invocation): number | undefined =>
  invocation.calls.find(({ verb, outcome }) => verb === 'complete' && outcome === 'written')?.at;

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

export const failed = ({ ended }: Run): boolean => ended !== undefined && ended.how !== 'returned';

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
