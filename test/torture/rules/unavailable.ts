import { entryPoints } from '../entry-points.ts';
import { type Rule, violation } from './violation.ts';

/** Once a handler has run under a claim, its caller gets what it earned. */
export const unavailable: Rule = function* (operation) {
  if (!entryPoints[operation.entry].claims) return;
  for (const run of operation.runs) {
    if (run.answer?.code === 'STORE_UNAVAILABLE') yield violation('unavailable-but-ran', operation, run);
  }
};
