import { expect, it } from 'vitest';
import { issueToken, StoreError } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';

it('issueToken draws another token for each write of unknown outcome, five at most', async () => {
  const drawn = new Set<string>();
  const store = memoryStore();
  const issuing = (outcomes: readonly ('issued' | 'doubtful')[]) =>
    issueToken(
      {
        ...store,
        issue: async ({ id }) => {
          drawn.add(id);
          return outcomes[drawn.size - 1] ?? 'doubtful';
        },
      },
      { scope: 'ann' },
    );
  expect(await issuing(['doubtful', 'doubtful', 'issued'])).toHaveLength(43);
  expect(drawn.size).toBe(3);
  drawn.clear();
  await expect(issuing([])).rejects.toThrow(StoreError);
  expect(drawn.size).toBe(5);
});
