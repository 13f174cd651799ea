import { entryPoints } from '../entry-points.ts';
import { closedAt, crashed } from '../history/invocation-facts.ts';
import { type Rule, violation } from './violation.ts';

/** `context.idempotency.previous` tells the worst of all earlier outcomes. */
export const previous: Rule = function* (operation) {
  if (!entryPoints[operation.entry].claims) return;
  for (const run of operation.runs) {
    const { attempt = 1, previous: told, at } = run.started;
    const soFar = operation.runs.filter(({ started }) => started.at <= at);
    // Silent then, whatever it did later.
    const silent = operation.invocations.find((other) =>
      soFar.some(({ id, started }) => other.id !== id && other.askedAt < started.at && closedAt(other) > started.at),
    );
    const dead = operation.runs.find((other) => crashed(other) && (other.killedAt ?? at) < at);
    if (attempt > 1 && told === undefined) yield violation('previous-missing', operation, run);
    if (told === 'failed' && dead) yield violation('previous-understates', operation, dead, run);
    if (told === 'crashed' && !silent) yield violation('previous-overstates', operation, run);
  }
};
