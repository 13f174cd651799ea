import type { Context } from 'aws-lambda';
import { uniqueId } from '../base/unique-id.ts';
import { type DurableContext, isDurableContext } from '../request/durable.ts';
import type { Operation } from '../request/operation.ts';

const runningByInvocation = new WeakMap<Context, Set<string>>();

/**
 * Runs one call of a durable execution. All of its calls have the same owner, so that one which another call of this invocation is
 * busy with would pass for that call's replay: it gets an owner of its own, and is refused like any other.
 */
export const apart = async <Result>(
  operation: Operation,
  context: Context | DurableContext | undefined,
  run: (operation: Operation) => Promise<Result>,
): Promise<Result> => {
  if (!isDurableContext(context)) return run(operation);
  const ids = runningByInvocation.get(context.lambdaContext) ?? new Set();
  runningByInvocation.set(context.lambdaContext, ids);
  if (ids.has(operation.id)) {
    // No replay would recognise this owner, so its claim must not outlast the invocation.
    const leaseExpiresAtMs = Math.min(operation.leaseExpiresAtMs, operation.deadlineMs);
    return run({ ...operation, owner: uniqueId(), fence: undefined, leaseMs: 0, leaseExpiresAtMs });
  }
  ids.add(operation.id);
  try {
    return await run(operation);
  } finally {
    ids.delete(operation.id);
  }
};
