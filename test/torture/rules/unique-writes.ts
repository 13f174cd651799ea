import { writesByLibrary } from '../entry-points.ts';
import { isSuccess, runOf } from '../history/invocation-facts.ts';
import { type Rule, violation } from './violation.ts';

/** Writes are done once, for whom they are said to be done, and whoever did them is not told otherwise. */
export const uniqueWrites: Rule = function* (operation, { items, guards }) {
  if (!writesByLibrary(operation.entry)) return;
  const written = new Set<string | undefined>(items.map(({ run }) => run));
  if (items.length > 1) yield violation('duplicate-item', operation);
  const guarded = items.filter(({ unique }) => unique);
  if (guards.length < guarded.length) yield violation('guard-missing', operation);
  if (guards.length > guarded.length) yield violation('guard-of-nobody', operation);

  const successes = operation.invocations.filter(isSuccess);
  const [first] = successes;
  const second = successes.find((other) => first && runOf(other) !== runOf(first));
  if (first && second) yield violation('two-successes', operation, first, second);

  for (const invocation of operation.invocations) {
    const { answer, id } = invocation;
    if (isSuccess(invocation) && !written.has(runOf(invocation))) {
      yield violation('answered-without-writes', operation, invocation);
    }
    if (answer?.code === 'DUPLICATE' && written.has(id)) {
      yield violation('own-write-called-duplicate', operation, invocation);
    }
    if (answer?.code === 'DUPLICATE' && items.length === 0) {
      yield violation('duplicate-of-nothing', operation, invocation);
    }
    // There is always enough of the stock.
    if (answer?.code === 'CONDITION_FAILED') yield violation('refused-without-reason', operation, invocation);
    if (answer?.code !== 'STORE_UNAVAILABLE' || !written.has(id)) continue;
    const saysNotProcessed = /not processed/i.test(answer.detail ?? '');
    if (operation.entry !== 'unique-key') {
      if (answer.retryable || saysNotProcessed) yield violation('unavailable-but-written', operation, invocation);
    } else if (saysNotProcessed) yield violation('unavailable-but-written-with-key', operation, invocation);
  }
};
