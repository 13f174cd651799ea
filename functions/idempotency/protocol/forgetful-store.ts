import type { IdempotencyStore } from '../record/store.ts';

/** Remembers nothing, so that every claim is the first: what `IDEMPOTENCY_DISABLED` puts in place of the store. */
export const forgetfulStore: IdempotencyStore = Object.freeze({
  claim: async () => ({ claimed: true as const, attempt: 1 }),
  read: async () => undefined,
  complete: async () => 'written' as const,
  release: async () => 'written' as const,
  undo: async () => undefined,
  resolve: async () => 'absent' as const,
  issue: async () => 'issued' as const,
  consume: async () => 'consumed' as const,
});
