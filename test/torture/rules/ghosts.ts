import { entryPoints } from '../entry-points.ts';
import { closedAt } from '../history/invocation-facts.ts';
import { type Rule, violation } from './violation.ts';

const holding: ReadonlySet<string | undefined> = new Set(['IN_PROGRESS', 'OUTCOME_UNKNOWN']);

/** Nobody is refused because of an invocation that the store has confirmed to be over. */
export const ghosts: Rule = function* (operation) {
  if (!entryPoints[operation.entry].claims) return;
  for (const invocation of operation.invocations) {
    const { answer, askedAt } = invocation;
    if (!answer || !holding.has(answer.code)) continue;
    const holder = operation.invocations.find(
      (other) => other !== invocation && other.askedAt < answer.at && closedAt(other) > askedAt,
    );
    if (!holder) yield violation('ghost', operation, invocation);
  }
};
