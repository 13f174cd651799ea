import { warn } from '../base/warn.ts';
import { forgetfulStore } from '../protocol/forgetful-store.ts';
import type { IdempotencyStore } from '../record/store.ts';
import type { Operation } from '../request/operation.ts';

interface LeaseSettings {
  name: string;
  leaseMs?: number;
  quiet?: boolean;
}

/** Tells once, of a function that knows neither its deadline nor a lease, how long a crash would block its keys. */
export const createWarnOfLongLease = ({ name, leaseMs, quiet = false }: LeaseSettings, store: IdempotencyStore) => {
  let told = quiet || leaseMs !== undefined || store === forgetfulStore;

  return ({ deadlineMs }: Operation): void => {
    if (told || deadlineMs !== Number.POSITIVE_INFINITY) return;
    told = true;
    warn(
      `${name} runs without a Lambda context among its arguments, so a run that crashes blocks its key for 15 minutes, the ` +
        'longest that an invocation can last. Pass the context on, or set `leaseMs`. This warning is given once.',
    );
  };
};
