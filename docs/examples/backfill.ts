import { backfillGuards, checkGuards, type GuardCursor } from 'middy-idempotency';
import { users } from './users.ts';

/** Writes the guards of items that were there before the constraint; run it again from where it stopped. */
export const backfill = async (save: (startKey: GuardCursor | undefined) => void, startKey?: GuardCursor) => {
  for await (const page of backfillGuards(users, { ...(startKey && { startKey }) })) {
    for (const { problem, attributes, key, holder } of page.findings) {
      if (problem === 'value of two items') console.warn(attributes, key, holder); // somebody has to decide
    }
    save(page.startKey);
  }
};

/** Writes nothing, and tells how many items and guards don't belong together. */
export const check = async () => {
  let problems = 0;
  for await (const { findings } of checkGuards(users)) problems += findings.length;
  return problems;
};
