import { expect, it } from 'vitest';
import { callbackLimitMs } from '../../functions/idempotency/protocol/callback-limit.ts';
import type { Operation } from '../../functions/idempotency/request/operation.ts';

it.each([
  ['half of the lease where there is no deadline', Number.POSITIVE_INFINITY, 4250, 2000],
  ['half of the invocation, which ends before its lease', 4250, 6000, 2000],
  ['at most ten seconds', Number.POSITIVE_INFINITY, 900_000, 10_000],
  ['as long as without a lease that is over', Number.POSITIVE_INFINITY, -1, 10_000],
  ['nothing at the end of the invocation', 100, 1100, 0],
])('G151: a callback has %s', (_what, deadlineMs, leaseExpiresAtMs, limitMs) => {
  const operation = { deadlineMs: 1000 + deadlineMs, leaseExpiresAtMs: 1000 + leaseExpiresAtMs } as Operation;
  expect(callbackLimitMs(operation, 1000)).toBe(limitMs);
});
