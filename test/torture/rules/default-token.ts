import { closedAt } from '../history/invocation-facts.ts';
import type { Operation } from '../history/operations.ts';
import { type Rule, violation } from './violation.ts';

/** A token runs once, is not lost, and whoever used it up is told so. */
export const defaultToken: Rule = function* (operation) {
  if (operation.entry !== 'token') return;
  const [first, ...others] = operation.runs;
  for (const other of others) yield violation('token-ran-twice', operation, ...(first ? [first] : []), other);
  const refused = operation.invocations.find(({ answer }) => answer?.code === 'REPETITIVE_OPERATION');
  if (!refused?.answer || first) return;
  const consumers = possibleConsumers(operation, refused.answer.at).filter((other) => other !== refused);
  if (consumers.length === 0) yield violation('token-lost', operation, refused);
  const told = consumers.every(({ answer }) => answer?.code === 'STORE_UNAVAILABLE' && answer.retryable);
  if (consumers.length > 0 && told) yield violation('unavailable-but-consumed', operation, ...consumers, refused);
};

/** Who may have used up a token that no handler ran for: whoever went silent, or was told that it failed. */
const possibleConsumers = ({ invocations }: Operation, at: number) =>
  invocations.filter(
    (invocation) =>
      invocation.askedAt < at &&
      (closedAt(invocation) === Number.POSITIVE_INFINITY || invocation.answer?.code === 'OUTCOME_UNKNOWN'),
  );
