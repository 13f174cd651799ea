import { entryPoints } from '../entry-points.ts';
import { completedAt, couldNotTell, failed, isSameRun } from '../history/invocation-facts.ts';
import type { Run } from '../history/operations.ts';
import { type Rule, violation } from './violation.ts';

/** Why an effect of a run may be followed by one of another run. */
const isExcused = (earlier: Run, later: Run): boolean => {
  if (completedAt(earlier) !== undefined) return false;
  const wasSilent = earlier.killedAt !== undefined || later.started.at > earlier.deadlineAt;
  // A run that returned and whose completion was never confirmed is one that went silent.
  return failed(earlier) || couldNotTell(earlier) || wasSilent || earlier.ended?.how === 'returned';
};

const isAliveAt = ({ ended, killedAt, deadlineAt }: Run, at: number): boolean =>
  (ended?.at ?? Number.POSITIVE_INFINITY) > at && (killedAt ?? Number.POSITIVE_INFINITY) > at && deadlineAt > at;

/** At most one run at a time, and none after a success. */
export const effects: Rule = function* (operation) {
  if (!entryPoints[operation.entry].claims) return;
  for (const [index, later] of operation.runs.entries()) {
    for (const earlier of operation.runs.slice(0, index)) {
      const doneAt = completedAt(earlier);
      const isOther = !isSameRun(earlier, later);
      if (isOther && earlier.effectAt !== undefined && later.effectAt !== undefined && !isExcused(earlier, later)) {
        yield violation('second-effect', operation, earlier, later);
      }
      if (doneAt !== undefined && doneAt < later.started.at) {
        yield violation('run-after-completion', operation, earlier, later);
      }
      if (doneAt !== undefined && doneAt > later.started.at) {
        yield violation('overtaken-run-completed', operation, earlier, later);
      }
      if (isOther && isAliveAt(earlier, later.started.at)) yield violation('two-live-runs', operation, earlier, later);
    }
  }
};
