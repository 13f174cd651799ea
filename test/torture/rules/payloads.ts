import { entryPoints } from '../entry-points.ts';
import { isSuccess, refused, runOf, wentOn } from '../history/invocation-facts.ts';
import { type Rule, violation } from './violation.ts';

/** One key or token is good for one payload, until its record has none: then every run so far has not acted. */
export const payloads: Rule = function* (operation) {
  const { claims, replays } = entryPoints[operation.entry];
  for (const [index, run] of operation.runs.entries()) {
    if (!claims) break;
    const runs = operation.runs.slice(0, index);
    const other = runs.find((earlier) => earlier.amount !== run.amount && !refused(earlier) && !wentOn(earlier, runs));
    if (other) yield violation('payload-changed', operation, other, run);
  }
  for (const invocation of operation.invocations) {
    const { amount, answer, askedAt } = invocation;
    const first = replays && isSuccess(invocation) && operation.invocations.find(({ id }) => id === runOf(invocation));
    if (first && first.amount !== amount) yield violation('answered-another-payload', operation, first, invocation);
    if (answer?.code !== 'PAYLOAD_MISMATCH') continue;
    const rival = operation.invocations.find((other) => other.amount !== amount && other.askedAt < answer.at);
    if (!rival) yield violation('mismatch-of-nobody', operation, invocation);
    const own = operation.invocations.find((other) => other.amount === amount && other.answer && isSuccess(other));
    if (own?.answer && own.answer.at < askedAt) yield violation('mismatch-of-nobody', operation, own, invocation);
  }
};
