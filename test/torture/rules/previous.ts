import { entryPoints } from '../entry-points.ts';
import {
  closedAt,
  couldNotTell,
  crashed,
  failed,
  isSameRun,
  mayHaveClaimed,
  refused,
  wentOn,
} from '../history/invocation-facts.ts';
import { type Rule, violation } from './violation.ts';

/** `context.idempotency.previous` tells the worst of all earlier outcomes. */
export const previous: Rule = function* (operation) {
  if (!entryPoints[operation.entry].claims) return;
  for (const run of operation.runs) {
    const { previous: told, at } = run.started;
    const soFar = operation.runs.filter(({ started }) => started.at <= at);
    const earlier = soFar.filter((other) => other !== run && !isSameRun(other, run));
    // Silent when it was taken over, whatever it did later: the takeover was applied at some time after it was asked for.
    const takers = operation.invocations.filter((taker) => taker.askedAt < at && mayHaveClaimed(taker));
    const silent = operation.invocations.find((other) =>
      takers.some(
        (taker) =>
          other.id !== taker.id &&
          other.askedAt < (taker.started?.at ?? closedAt(taker)) &&
          closedAt(other) > taker.askedAt,
      ),
    );
    const lost = earlier.find(
      (other) => !wentOn(other, soFar) && (couldNotTell(other) || (crashed(other) && (other.killedAt ?? at) < at)),
    );
    const acted = earlier.find((other) => !refused(other) && !wentOn(other, soFar));
    if (told === undefined && acted) yield violation('previous-missing', operation, acted, run);
    if (told === 'failed' && lost) yield violation('previous-understates', operation, lost, run);
    if (told === 'failed' && !earlier.some(failed)) yield violation('previous-overstates', operation, run);
    if (told === 'crashed' && !silent) yield violation('previous-overstates', operation, run);
  }
};
