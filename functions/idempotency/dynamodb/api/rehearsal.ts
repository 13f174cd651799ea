import { withTimeLimit } from '../../base/deadline.ts';
import type { DynamoDBApi } from './dynamodb-api.ts';

/** How long a connection may take that nobody waits for yet. */
const limitMs = 1000;

/** The rehearsal of a client's first calls. */
export interface Rehearsal {
  /** Real calls wait for it, and find the connection that it makes, instead of opening another. */
  underWay: Promise<void> | undefined;
  warmUp: NonNullable<DynamoDBApi['warmUp']>;
}

/** @param open - Gives the calls that take part; the signal ends them. */
export const createRehearsal = (open: (signal: AbortSignal) => DynamoDBApi): Rehearsal => {
  let once: Promise<void> | undefined;
  const end = (): void => {
    rehearsal.underWay = undefined;
  };
  const rehearsal: Rehearsal = {
    underWay: undefined,
    warmUp: (rehearse) => {
      once ??= rehearsal.underWay = withTimeLimit(limitMs, (signal) => rehearse(open(signal))).then(end, end);
      return once;
    },
  };
  return rehearsal;
};
