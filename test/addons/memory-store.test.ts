import { expect, it } from 'vitest';
import { memoryStore, storeContract } from '../../functions/idempotency/entries/testing.ts';

it.each(storeContract(memoryStore))('$name', ({ run }) => run());

it.each([
  { verb: 'claim', wrong: async () => ({ claimed: true, attempt: 1 }) as const },
  { verb: 'read', wrong: async () => undefined },
  { verb: 'complete', wrong: async () => 'written' as const },
  { verb: 'release', wrong: async () => 'written' as const },
  { verb: 'issue', wrong: async () => undefined },
  { verb: 'consume', wrong: async () => ({ consumed: true }) as const },
])('a store whose $verb always says the same breaks the contract', async ({ verb, wrong }) => {
  const runs = storeContract(() => ({ ...memoryStore(), [verb]: wrong })).map(({ run }) => run());
  const outcomes = await Promise.allSettled(runs);
  expect(outcomes).toContainEqual({ status: 'rejected', reason: expect.objectContaining({ code: 'ERR_ASSERTION' }) });
});
