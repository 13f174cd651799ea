import { admissionMs, withTimeLimit } from '../base/deadline.ts';
import { digest } from '../base/hash.ts';
import { readAtOnce } from '../base/read-at-once.ts';
import { retryUntil } from '../base/retry.ts';
import type { Codec } from '../record/compression.ts';
import { copiedBytes, type Encryption } from '../record/encryption.ts';
import {
  type EncodedOutcome,
  type EncodedResult,
  type OversizedResult,
  sealResult,
  unavailable,
} from '../record/result.ts';
import type { ResultOverflow } from '../record/result-overflow.ts';
import { StoreError } from '../record/store.ts';
import type { Operation } from '../request/operation.ts';
import { callbackLimitMs } from './callback-limit.ts';
import type { Report } from './event.ts';

export interface KeeperSettings {
  overflow: ResultOverflow | undefined;
  encryption: Encryption | undefined;
  now: () => number;
  report: Report;
}

/** What the names of objects end with, as those of files do. */
const endings = { zstd: 'zst', brotli: 'br' } as const satisfies Record<Codec, string>;

const lastPart = (data: Uint8Array, codec: Codec): string => `/${digest(data)}.${endings[codec]}`;

/** What a record names its object by. The last part is the hash of what the object holds, and how that is compressed. */
const objectName = ({ id, owner }: Operation, { data, codec }: OversizedResult): string =>
  `${id}/${owner}${lastPart(data, codec)}`;

/** How an object is compressed that is the one which was put under its name; `undefined` of any other. */
export const codecOf = (name: string, data: Uint8Array): Codec | undefined =>
  (Object.keys(endings) as Codec[]).find((codec) => name.endsWith(lastPart(data, codec)));

/** Whether a failure may pass: always, unless the overflow knows better. */
export const mayPass = (error: unknown): boolean => !StoreError.is(error) || error.retryable;

/**
 * Seals results, and puts those that do not fit a record into the overflow, before the record is written: what a record names is there.
 *
 * Each takes half of the remaining time at most, so that the rest is left for the record itself. Never rejects: what can't be kept
 * becomes a result that says so.
 */
export const createResultKeeper = ({ overflow, encryption, now, report }: KeeperSettings) => {
  const seal = async (result: EncodedOutcome, operation: Operation): Promise<EncodedOutcome> => {
    if (!encryption || result.sealed) return result;
    try {
      return await withTimeLimit(callbackLimitMs(operation, now()), () => sealResult(result, encryption, operation.id));
    } catch (error) {
      report('callback-failed', operation, { callback: 'encryption.seal', error });
      return unavailable('not sealed', result);
    }
  };

  const put = async (
    oversized: OversizedResult,
    operation: Operation,
    expiresAtSeconds: number,
  ): Promise<EncodedResult> => {
    const { data, codec, ...result } = oversized;
    if (!overflow) return unavailable('too large', result);
    const name = objectName(operation, oversized);
    await retryUntil((signal) => overflow.put(name, data, expiresAtSeconds, signal), {
      deadlineMs: now() + callbackLimitMs(operation, now()),
      now,
      isRetryable: mayPass,
    });
    return { ...result, encoding: 'overflow', data: name };
  };

  return async (outcome: EncodedOutcome, operation: Operation, expiresAtSeconds: number): Promise<EncodedResult> => {
    const result = await seal(outcome, operation);
    try {
      const fitting = result.encoding === 'oversized' ? await put(result, operation, expiresAtSeconds) : result;
      if (fitting.encoding === 'unavailable') report('result-unavailable', operation, { reason: fitting.reason });
      return fitting;
    } catch (error) {
      const unkept = unavailable('too large', result);
      report('result-unavailable', operation, { reason: unkept.reason, error });
      return unkept;
    }
  };
};

export type ResultReader = Pick<KeeperSettings, 'overflow' | 'encryption' | 'now'>;

/** Reads what a record names, in what is left of the invocation. */
export const readOverflow = (
  overflow: ResultOverflow,
  name: string,
  remainingMs: number,
): Promise<Uint8Array | undefined> =>
  withTimeLimit(admissionMs(remainingMs), async (signal) =>
    readAtOnce(overflow.get(name, signal), (data) => (data === undefined ? data : copiedBytes(data))),
  );
