import { couldNotTell } from '../history/invocation-facts.ts';
import { type Rule, violation } from './violation.ts';

/** Under `'reject'` whoever goes silent in the middle of a run, or does not know what came of it, ends the operation. */
export const rejectAfterCrash: Rule = function* (operation) {
  if (operation.entry !== 'key-reject') return;
  for (const [index, later] of operation.runs.entries()) {
    const silent = operation.runs
      .slice(0, index)
      .find((run) => couldNotTell(run) || (run.ended?.at ?? Number.POSITIVE_INFINITY) > later.started.at);
    if (silent) yield violation('run-after-crash', operation, silent, later);
  }
};
