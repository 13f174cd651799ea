import type { Context } from 'aws-lambda';
import { textOf } from '../base/fields.ts';
import { digest } from '../base/hash.ts';
import { jsonOfTexts } from '../base/json-of-texts.ts';
import type { PreviousOutcome } from '../record/record.ts';
import type { Claim } from './claim.ts';

/** What a handler knows about the operation that it runs. */
export interface IdempotencyInfo {
  /** The record's id in the store: write it to logs, and pass it to `resolve`. */
  readonly id: string;
  /** For logs: the key as text, which is the same for `1` and `'1'`. Calls downstream get one by `deriveKey`. */
  readonly key: string;
  /** 1 for the first run of this operation, and one more for each run after a failure or crash. */
  readonly attempt: number;
  /** The worst outcome of all earlier runs. `'crashed'`: their effects may already exist, so check before you act. */
  readonly previous: PreviousOutcome | undefined;
  /** Unique per invocation; in a durable function per execution. */
  readonly owner: string;
  /** Milliseconds until another invocation may take over. */
  remainingLeaseMs(): number;
  /**
   * A key for a downstream call of this operation, the same on every attempt, whatever the store: pass it on as that call's idempotency
   * key, so that a rerun is safe there too.
   *
   * @throws {TypeError} when the name is no text, or empty: several calls would share a key
   */
  deriveKey(name: string): string;
}

/** The context of a handler under `idempotencyKey`, or under `singleUseToken` with `retainResult`. */
export type IdempotentContext = Context & { idempotency: IdempotencyInfo };

export const toIdempotencyInfo = (
  { operation, attempt, previous }: Pick<Claim, 'operation' | 'attempt' | 'previous'>,
  now: () => number,
): IdempotencyInfo =>
  Object.freeze({
    id: operation.id,
    key: operation.key,
    attempt,
    previous,
    owner: operation.owner,
    remainingLeaseMs: () => Math.max(0, operation.leaseExpiresAtMs - now()),
    deriveKey: (name: string, ...more: never[]) => {
      if (!textOf(name) || more.length > 0)
        throw new TypeError('deriveKey: name the call by one text that is not empty.');
      return digest(jsonOfTexts([operation.id, name]));
    },
  });
