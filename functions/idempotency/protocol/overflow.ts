import { admissionMs, halfOfMs, withTimeLimit } from '../base/deadline.ts';
import { digest } from '../base/hash.ts';
import { retryUntil } from '../base/retry.ts';
import { type EncodedResult, type OversizedResult, unavailable } from '../record/result.ts';
import type { ResultOverflow } from '../record/result-overflow.ts';
import { StoreError } from '../record/store.ts';
import type { Operation } from '../request/operation.ts';
import type { Report } from './event.ts';

export interface OverflowSettings {
  overflow: ResultOverflow | undefined;
  now: () => number;
  report: Report;
}

/** What a record names its object by. The last part is the hash of what the object holds. */
const objectName = ({ id, owner }: Operation, data: Uint8Array): string => `${id}/${owner}/${digest(data)}`;

/** Whether an object is the one that was put under its name. */
export const isIntact = (name: string, data: Uint8Array): boolean => name.endsWith(`/${digest(data)}`);

/** Whether a failure may pass: always, unless the overflow knows better. */
export const mayPass = (error: unknown): boolean => !(error instanceof StoreError) || error.retryable;

/**
 * Puts results that do not fit a record into the overflow, before the record is written: what a record names is there.
 *
 * Takes half of the remaining time at most, so that the other half is left for the record itself. Never rejects: what can't be
 * kept becomes a result that says so.
 */
export const createResultKeeper = ({ overflow, now, report }: OverflowSettings) => {
  const put = async (data: Uint8Array, operation: Operation, expiresAtSeconds: number): Promise<EncodedResult> => {
    if (!overflow) return unavailable;
    const name = objectName(operation, data);
    await retryUntil((signal) => overflow.put(name, data, expiresAtSeconds, signal), {
      deadlineMs: now() + halfOfMs(operation.deadlineMs - now()),
      now,
      isRetryable: mayPass,
    });
    return { encoding: 'overflow', data: name };
  };

  return async (
    { thrown, ...result }: EncodedResult | OversizedResult,
    operation: Operation,
    expiresAtSeconds: number,
  ): Promise<EncodedResult> => {
    let fitting: EncodedResult = unavailable;
    try {
      fitting = result.encoding === 'oversized' ? await put(result.data, operation, expiresAtSeconds) : result;
      if (fitting.encoding === 'unavailable') report('result-unavailable', operation, { reason: fitting.reason });
    } catch (error) {
      report('result-unavailable', operation, { reason: unavailable.reason, error });
    }
    return thrown ? { ...fitting, thrown } : fitting;
  };
};

export type OverflowReader = Pick<OverflowSettings, 'overflow' | 'now'>;

/** Reads what a record names, in what is left of the invocation. */
export const readOverflow = (
  overflow: ResultOverflow,
  name: string,
  remainingMs: number,
): Promise<Uint8Array | undefined> => withTimeLimit(admissionMs(remainingMs), (signal) => overflow.get(name, signal));
