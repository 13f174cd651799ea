import type { Writer } from '../../../functions/idempotency/record/store.ts';
import { OperatorError } from '../operator-error.ts';
import { inMs } from '../output/time.ts';
import type { Seen } from '../records/seen.ts';
import { stateOf } from '../records/state.ts';

export interface HolderOptions {
  /** The owner that somebody has seen; the record must still be that one's. */
  owner?: string;
  /** Whether a lease that has not ended is no reason to refuse. */
  force?: boolean;
}

/** The command line that does it; the owner in it is the one that was seen. */
export type Suggest = (flags: readonly string[]) => string;

/**
 * Whose claim is to be settled. A lease that has not ended is respected, unless force and owner are given.
 *
 * @throws {OperatorError} `refused`
 */
export const checkHolder = (
  seen: Seen,
  { owner, force = false }: HolderOptions,
  nowMs: number,
  suggest: Suggest,
): Writer | undefined => {
  const { record } = seen;
  const state = stateOf(seen, nowMs);
  if (owner !== undefined && record.owner !== owner) {
    const now = record.owner === undefined ? 'nobody’s' : `of owner ${record.owner}, attempt ${record.attempt ?? 1}`;
    throw new OperatorError('refused', `It has changed meanwhile: it is ${state} now, ${now}. Nothing was changed.`);
  }
  if (state === 'running') {
    const until = inMs((record.leaseExpiresAtMs ?? 0) - nowMs);
    if (!force) {
      throw new OperatorError(
        'refused',
        `Somebody may still be running it: the lease of ${record.owner ?? 'its owner'} ends ${until}. Wait for that; or, if you know that the process is dead: ` +
          suggest(['--force']),
      );
    }
    if (record.owner === undefined) {
      throw new OperatorError(
        'refused',
        `The record names no owner (Powertools has written it), so --force can't be bound to one. Its lease ends ${until}.`,
      );
    }
    if (owner === undefined) {
      throw new OperatorError(
        'refused',
        `--force needs the owner that you saw, since the record may change meanwhile. To force the current owner’s claim: ${suggest(['--force'])}`,
      );
    }
  }
  if (record.status !== 'IN_PROGRESS' || record.owner === undefined) return undefined;
  return { owner: record.owner, fence: record.fence };
};
