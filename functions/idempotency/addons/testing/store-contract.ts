import type { IdempotencyStore } from '../../record/store.ts';
import type { Cases } from './contract/case.ts';
import { claimCases, readCases } from './contract/claim-cases.ts';
import { completeCases } from './contract/complete-cases.ts';
import { durableCases } from './contract/durable-cases.ts';
import { releaseCases } from './contract/release-cases.ts';
import { resolveCases } from './contract/resolve-cases.ts';
import { tokenCases } from './contract/token-cases.ts';
import { undoCases } from './contract/undo-cases.ts';

/** One thing that every store must do. */
export interface StoreContractCase {
  readonly name: string;
  /** Tries it on a new store; rejects with an `AssertionError` of `node:assert` when the store doesn't do it. */
  readonly run: () => Promise<void>;
}

const contract: Readonly<Record<string, Cases>> = {
  claim: claimCases,
  read: readCases,
  complete: completeCases,
  release: releaseCases,
  undo: undoCases,
  resolve: resolveCases,
  'a durable execution': durableCases,
  'a token': tokenCases,
};

/**
 * What every store must do, as test cases for a store of your own. With vitest, jest, mocha or `node:test`:
 *
 * Each case calls the function for a store, and uses ids that no other case uses. The times in requests are an hour ahead of the clock,
 * since a database may delete expired records by its own clock.
 *
 * @example
 * ```ts
 * for (const { name, run } of storeContract(() => myStore())) it(name, run);
 * ```
 */
export const storeContract = (
  createStore: () => IdempotencyStore | Promise<IdempotencyStore>,
): readonly StoreContractCase[] =>
  Object.entries(contract).flatMap(([subject, cases]) =>
    Object.entries(cases).map(([title, attempt]) => ({
      name: `${subject} ${title}`,
      run: async () => attempt(await createStore()),
    })),
  );
