import type { IdempotencyRecord } from '../../../functions/idempotency/record/record.ts';
import type { Seen } from './seen.ts';

/**
 * - `running`: somebody has claimed it, and the lease has not ended
 * - `crashed`: somebody has claimed it, the lease is over: nobody runs it
 * - `released`: its last run has failed
 * - `issued`: a token that may be used
 * - `done`: with its answer
 * - `unavailable`: done, but the answer was not kept
 * - `expired`: still in the table, and as good as absent
 */
export type State = (typeof states)[number];

export const states = ['running', 'crashed', 'released', 'issued', 'done', 'unavailable', 'expired'] as const;

export const stateOf = ({ record, encoding }: Pick<Seen, 'record' | 'encoding'>, nowMs: number): State => {
  if (record.expiresAtSeconds <= Math.floor(nowMs / 1000)) return 'expired';
  switch (record.status) {
    case 'IN_PROGRESS':
      return (record.leaseExpiresAtMs ?? 0) > nowMs ? 'running' : 'crashed';
    case 'RELEASED':
      return 'released';
    case 'ISSUED':
      return 'issued';
    case 'COMPLETED':
      return encoding === 'unavailable' ? 'unavailable' : 'done';
  }
};

/** Whether a claim is held until somebody settles it: only one made under `afterCrash: 'reject'` has no end. */
export const isHeldForGood = ({ status, expiresAtSeconds }: IdempotencyRecord): boolean =>
  status === 'IN_PROGRESS' && expiresAtSeconds === Number.POSITIVE_INFINITY;
