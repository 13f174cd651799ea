import { StoreError } from '../../../functions/idempotency/record/store.ts';
import { OperatorError } from '../operator-error.ts';
import { nextRequest } from '../records/next-request.ts';
import type { Seen } from '../records/seen.ts';
import { stateOf } from '../records/state.ts';

/** Whether `resolve` has settled it: it throws what is no refusal as another kind of error. */
export const whetherResolved = async (resolution: Promise<void>): Promise<boolean> => {
  try {
    await resolution;
    return true;
  } catch (error) {
    if (StoreError.is(error) || error instanceof TypeError) throw error;
    return false;
  }
};

/** Why there is nothing to settle. */
export const refusal = (seen: Seen, nowMs: number): OperatorError =>
  new OperatorError(
    'refused',
    `There is nothing to settle: it is ${stateOf(seen, nowMs)}. The next request with its key gets: ${nextRequest(seen, nowMs).text}`,
  );
