import type { Context } from 'aws-lambda';
import { digest } from '../base/hash.ts';
import type { Claim } from './claim.ts';

/** What a handler can know of the operation that it runs. */
export interface IdempotencyInfo {
  readonly key: string;
  /** 1 unless an earlier attempt went silent: then its effects may be there already. */
  readonly attempt: number;
  /** Unique per invocation; in a durable function per execution. */
  readonly owner: string;
  /** Milliseconds until another invocation may take over. */
  remainingLeaseMs(): number;
  /**
   * A key for a call that this operation makes downstream, the same on every attempt: pass it on as that call's idempotency
   * key, so that a rerun after a crash is safe there too.
   */
  deriveKey(name: string): string;
}

/** The context of a handler under `idempotencyKey`, or under `singleUseToken` with `retainResult`. */
export type IdempotentContext = Context & { idempotency: IdempotencyInfo };

export const toIdempotencyInfo = ({ operation, attempt }: Claim, now: () => number): IdempotencyInfo =>
  Object.freeze({
    key: operation.key,
    attempt,
    owner: operation.owner,
    remainingLeaseMs: () => Math.max(0, operation.leaseExpiresAtMs - now()),
    deriveKey: (name: string) => digest(JSON.stringify([operation.id, name])),
  });
