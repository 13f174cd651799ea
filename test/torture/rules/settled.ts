import { isFinal } from '../load/is-final.ts';
import { type Rule, violation } from './violation.ts';

/** With all faults over, everybody gets a final answer. */
export const settled: Rule = function* (operation) {
  const asked = operation.invocations.filter(({ settling }) => settling);
  const last = asked.at(-1);
  if (last && !asked.some(({ answer }) => isFinal(answer))) yield violation('unsettled', operation, last);
};
