import { type Rule, violation } from './violation.ts';

/** Under `'reject'` whoever goes silent in the middle of a run ends the operation. */
export const rejectAfterCrash: Rule = function* (operation) {
  if (operation.entry !== 'key-reject') return;
  for (const [index, later] of operation.runs.entries()) {
    const silent = operation.runs
      .slice(0, index)
      .find(({ ended }) => (ended?.at ?? Number.POSITIVE_INFINITY) > later.started.at);
    if (silent) yield violation('run-after-crash', operation, silent, later);
  }
};
