import { entryPoints } from '../entry-points.ts';
import { closedAt, failed, isSameRun, mayHaveClaimed, refused } from '../history/invocation-facts.ts';
import type { Operation, Run } from '../history/operations.ts';
import { type Rule, type ViolationKind, violation } from './violation.ts';

const attemptOf = ({ started }: Run): number => started.attempt ?? 0;

/** Told apart, because a plant is to be found by what it does and not by what else is wrong. */
const restartKind = (operation: Operation, run: Run, earlier: readonly Run[]): ViolationKind => {
  const last = earlier.at(-1);
  if (last && (failed(last) || refused(last))) return 'attempt-restarted-after-failure';
  const wasUndone = operation.invocations.some(
    (other) => other.calls.some(({ outcome }) => outcome === 'failed') && closedAt(other) < run.started.at,
  );
  return wasUndone ? 'attempt-restarted-after-undo' : 'attempt-restarted';
};

/** Attempts rise from run to run, and count nothing but claims. */
export const attempts: Rule = function* (operation) {
  if (!entryPoints[operation.entry].claims) return;
  for (const [index, run] of operation.runs.entries()) {
    const earlier = operation.runs.slice(0, index).filter((other) => !isSameRun(other, run));
    const above = earlier.findLast((other) => attemptOf(other) >= attemptOf(run));
    if (above && attemptOf(run) > 1) yield violation('attempt-fell', operation, above, run);
    else if (above) yield violation(restartKind(operation, run, earlier), operation, above, run);
    const sharing = earlier.find((other) => attemptOf(other) === attemptOf(run));
    if (sharing && sharing.effectAt !== undefined && run.effectAt !== undefined) {
      yield violation('attempt-shared-by-effects', operation, sharing, run);
    }
    const claims = operation.invocations.filter(
      (other) => other !== run && other.askedAt < run.started.at && mayHaveClaimed(other),
    );
    if (attemptOf(run) > claims.length + 1) yield violation('attempt-of-nobody', operation, run);
  }
};
