import { AsyncLocalStorage } from 'node:async_hooks';
import { oneOfProcess } from '../base/one-of-process.ts';
import type { IdempotencyInfo } from '../protocol/idempotency-info.ts';

/** What code is started in: one object a run, so that what it leaves behind knows when it has ended. */
interface Run {
  operation: IdempotencyInfo | undefined;
  hasEnded: boolean;
}

/** An operation of another copy may be inside one of this one. */
const running = oneOfProcess('runningOperation', () => new AsyncLocalStorage<Run>());

/** Runs a function, and all that it awaits, as the given operation. */
export const runAs = async <Result>(
  operation: IdempotencyInfo | undefined,
  call: () => Promise<Result>,
): Promise<Result> => {
  const run: Run = { operation, hasEnded: false };
  try {
    return await running.run(run, call);
  } finally {
    run.hasEnded = true;
  }
};

/**
 * The operation of the innermost running function of `makeIdempotent`: its `attempt`, the worst outcome of earlier ones (`previous`), and
 * `deriveKey(name)` for downstream calls. Works at any depth below that function, and for concurrent calls. In a Middy handler it is
 * `context.idempotency` instead: this is the operation of a function around it.
 *
 * Call it in the function itself, not in what you hand to a queue, a rate limiter or a DataLoader that several calls share: such run a
 * callback where another one has just ended, and so in that one's operation.
 *
 * @throws {TypeError} outside such a function, in a call that `optional` lets pass without a key, and where the run has ended: in a timer,
 * for instance, that it left behind
 *
 * @example
 * ```ts
 * const charge = makeIdempotent(
 *   (order: Order) => cards.charge({ ...order, idempotencyKey: currentOperation().deriveKey('charge') }),
 *   { name: 'charge', key: ({ orderId }) => orderId },
 * );
 * ```
 */
export const currentOperation = (): IdempotencyInfo => {
  const run = running.getStore();
  if (!run?.operation) {
    throw new TypeError(
      'currentOperation: called outside a function of `makeIdempotent`, or in one that runs without a key.',
    );
  }
  if (run.hasEnded) {
    throw new TypeError(
      'currentOperation: the operation that this code was started in has ended, so it may work for another one. ' +
        'Call it at the beginning of the function, and pass on what it returns.',
    );
  }
  return run.operation;
};
