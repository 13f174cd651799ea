import { entryPoints } from '../entry-points.ts';
import { isRemembered, isSuccess, runOf } from '../history/invocation-facts.ts';
import type { Invocation, Operation } from '../history/operations.ts';
import { type Rule, violation } from './violation.ts';

/** A result that was remembered is the answer to every later request, and nothing else is. */
export const replays: Rule = function* (operation) {
  if (!entryPoints[operation.entry].replays) return;
  const remembered = operation.invocations.filter(isRemembered);
  for (const invocation of operation.invocations) {
    if (isSuccess(invocation) && !isOfARun(invocation, operation)) {
      yield violation('replay-changed', operation, invocation);
    }
    const before = remembered.find(({ answer }) => answer && answer.at < invocation.askedAt);
    if (!before || !invocation.answer || isSuccess(invocation)) continue;
    if (invocation.amount !== before.amount && invocation.answer.code === 'PAYLOAD_MISMATCH') continue;
    if (invocation.answer.code !== 'STORE_UNAVAILABLE' && !isOwnFailure(invocation, operation))
      yield violation('forgotten', operation, before, invocation);
  }
  const [first, ...others] = remembered;
  const different = others.find(({ answer }) => answer?.body !== first?.answer?.body);
  if (first && different) yield violation('answers-differ', operation, first, different);
};

/** Its own run's, or as a replay any that has returned. */
const isOfARun = (invocation: Invocation, { runs }: Operation): boolean => {
  const run = runs.find(({ id }) => id === runOf(invocation));
  const own = run?.id === invocation.id;
  return run?.ended?.body === invocation.answer?.body && own !== (invocation.answer?.replayed ?? false);
};

/** Under `uniqueIndex` the handler's code runs again for a repeat, and may fail or refuse it. */
const isOwnFailure = ({ started, answer }: Invocation, { entry }: Operation): boolean =>
  !entryPoints[entry].claims && started !== undefined && answer !== undefined && answer.code === undefined;
