import { AsyncLocalStorage } from 'node:async_hooks';
import type { IdempotencyInfo } from '../protocol/idempotency-info.ts';

const registered = Symbol.for('middy-idempotency.runningOperation');

const shared = globalThis as { [registered]?: AsyncLocalStorage<IdempotencyInfo | undefined> };

/** One for all copies of this library in a process: an operation of another copy may be inside one of this one. */
const running = shared[registered] ?? new AsyncLocalStorage<IdempotencyInfo | undefined>();

shared[registered] = running;

/** Runs a function, and all that it awaits, as the given operation. */
export const runAs = <Result>(operation: IdempotencyInfo | undefined, run: () => Result): Result =>
  running.run(operation, run);

/**
 * The operation of the innermost running function of `makeIdempotent`: its `attempt`, the worst outcome of earlier ones (`previous`), and
 * `deriveKey(name)` for downstream calls. Works at any depth below that function, and for concurrent calls. In a Middy handler it is
 * `context.idempotency` instead: this is the operation of a function around it. What the function creates for later operations too, such as
 * a timer, remains in it.
 *
 * @throws {TypeError} outside such a function, and in a call that `optional` lets pass without a key
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
  const operation = running.getStore();
  if (operation) return operation;
  throw new TypeError(
    'currentOperation: called outside a function of `makeIdempotent`, or in one that runs without a key.',
  );
};
