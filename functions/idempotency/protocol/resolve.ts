import type { Encryption } from '../record/encryption.ts';
import { encodeOutcome, sealResult } from '../record/result.ts';
import { type IdempotencyStore, StoreError, type Writer } from '../record/store.ts';
import { lastingOf } from '../request/http/response.ts';
import { checkSealable, defaultRetentionSeconds } from './settings.ts';

/** The outcome: it was not done, and may run again; or it was done, with this answer. */
export type Resolution = { release: true } | { complete: unknown };

export interface ResolveOptions {
  /** The clock, in epoch milliseconds. @default Date.now */
  now?: () => number;
  /** How long the record lives from now on, in seconds. @default 86400 */
  retentionSeconds?: number;
  /**
   * Settles the claim of this owner only, even while its lease runs: use it if you know that its process is dead.
   * @default none: a claim whose lease has ended
   */
  holder?: Writer | undefined;
  /**
   * Seals the answer, like the option of the same name. Without it, the answer is stored unsealed.
   * @default none
   */
  encryption?: Encryption | undefined;
}

/**
 * Settles an operation whose run crashed, most often one that `afterCrash: 'reject'` refuses with `OUTCOME_UNKNOWN`, once you have found
 * out whether it was done. It writes under the same conditions as all other writers, so a run that may still be going on is protected by
 * its lease.
 *
 * @param id - the record's id: of an event, or `context.idempotency.id`
 * @throws {TypeError} when the resolution is neither of the two, or the answer is not JSON
 * @throws {Error} when the lease has not ended, the claim is not the `holder`'s, the operation is already settled, or there is no such
 * record
 * @throws {StoreError} when the store can't be reached
 *
 * @example
 * ```ts
 * await resolve(store, id, { complete: { statusCode: 201, body: '{"paymentId":"p-1"}' } }); // it was done
 * await resolve(store, id, { release: true }); // it was not: the next request runs it, as the next attempt
 * ```
 */
export const resolve = async (
  store: IdempotencyStore,
  id: string,
  resolution: Resolution,
  { now = Date.now, retentionSeconds = defaultRetentionSeconds, holder, encryption }: ResolveOptions = {},
): Promise<void> => {
  const [[name, value] = [], ...others] = Object.entries(resolution ?? {});
  const isOne = (name === 'release' && value === true) || name === 'complete';
  if (others.length > 0 || !isOne) {
    throw new TypeError("resolve: pass { release: true } or { complete: the operation's answer }.");
  }
  checkSealable(store, encryption);
  const result = 'release' in resolution ? undefined : await resultOf(resolution.complete, encryption, id);
  const nowMs = now();
  const expiresAtSeconds = Math.ceil(nowMs / 1000) + retentionSeconds;
  const outcome = await store.resolve({ id, nowMs, expiresAtSeconds, result, holder });
  if (outcome !== 'resolved')
    throw new Error(`resolve: ${id} ${holder && outcome === 'busy' ? goneOn : reasons[outcome]}`);
};

const resultOf = async (answer: unknown, encryption: Encryption | undefined, id: string) => {
  const encoded = await encodeOutcome({ thrown: false, value: lastingOf(answer) });
  const result = encryption ? await sealResult(encoded, encryption, id) : encoded;
  if (result.encoding === 'unavailable') throw new TypeError(`resolve: the answer is ${result.reason}.`);
  if (result.encoding === 'oversized')
    throw new StoreError('resolve: the answer is too large.', { retryable: false, tooLarge: true, cause: undefined });
  return result;
};

const reasons = {
  busy: 'may still be running: its lease has not ended. Try again once it has.',
  settled: 'is already settled: it is done, or free for the next request.',
  absent: 'does not exist: it was never claimed, or has expired.',
} as const;

const goneOn = 'is no longer claimed by the given holder.';
