import type { Context } from 'aws-lambda';
import { oneOfProcess } from '../base/one-of-process.ts';
import { uniqueId } from '../base/unique-id.ts';
import { isDurableContext } from '../request/durable.ts';
import type { Operation } from '../request/operation.ts';

/** One call's part in an operation. */
export interface Turn {
  /** What the call may begin. */
  operation: Operation;
  /** Lets another call of the invocation go on with the operation. */
  end: () => void;
}

const takenByInvocation = oneOfProcess('turns', () => new WeakMap<Context, Set<string>>());

/**
 * Takes the turn of an operation. All calls of a durable execution have the same owner, so that one which another call of this invocation is
 * busy with would pass for that call's replay: it gets an owner of its own, and is refused like any other.
 */
export const takeTurn = (operation: Operation, context: Context): Turn => {
  if (!isDurableContext(context)) return { operation, end: () => undefined };
  const taken = takenByInvocation.get(context.lambdaContext) ?? new Set();
  takenByInvocation.set(context.lambdaContext, taken);
  if (taken.has(operation.id)) {
    // No replay would recognise this owner, so its claim must not outlast the invocation.
    const leaseExpiresAtMs = Math.min(operation.leaseExpiresAtMs, operation.deadlineMs);
    const own = { ...operation, owner: uniqueId(), fence: undefined, leaseMs: 0, leaseExpiresAtMs };
    return { operation: own, end: () => undefined };
  }
  taken.add(operation.id);
  return { operation, end: () => taken.delete(operation.id) };
};
