import { shown } from '../../../functions/idempotency/addons/compare-and-swap/stored-record.ts';
import { resolve } from '../../../functions/idempotency/addons/compare-and-swap/transitions.ts';
import type { EncodedResult } from '../../../functions/idempotency/record/result.ts';
import type { ResolveOutcome, ResolveRequest } from '../../../functions/idempotency/record/store.ts';
import type { Judged } from '../records/next-request.ts';
import { type Seen, toStored } from '../records/seen.ts';

export interface Simulation {
  outcome: ResolveOutcome;
  /** What the record would be; `undefined` when it would be gone. */
  after: Judged | undefined;
}

export const withResult = (seen: Judged, result: EncodedResult): Judged => ({
  ...seen,
  record: { ...seen.record, status: 'COMPLETED', result },
  encoding: result.encoding,
});

/** What `resolve` would do, by the library's own rules. Powertools' records are deleted where others are released. */
export const simulateResolve = (seen: Seen, request: ResolveRequest, isPowertools: boolean): Simulation => {
  const { answer, put } = resolve(toStored(seen), request);
  const record = shown(put);
  if (answer !== 'resolved' || !record || (isPowertools && !request.result))
    return { outcome: answer, after: undefined };
  return { outcome: answer, after: { ...seen, record, encoding: record.result?.encoding } };
};
