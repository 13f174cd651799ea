import { halfOfMs } from '../base/deadline.ts';
import type { Operation } from '../request/operation.ts';

/**
 * How long a callback may take when the handler has ended: half of what is left of the invocation, and of the lease, so that nobody takes
 * over what is done. A lease that is over is no reason for haste: the callback has as long as if there were none.
 */
export const callbackLimitMs = ({ deadlineMs, leaseExpiresAtMs }: Operation, nowMs: number): number => {
  const leaseLeftMs = leaseExpiresAtMs - nowMs;
  return halfOfMs(Math.min(deadlineMs - nowMs, leaseLeftMs > 0 ? leaseLeftMs : Number.POSITIVE_INFINITY));
};
