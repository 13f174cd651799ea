import type { IdempotencyStore } from '../../record/store.ts';
import { type CompareAndSwapStoreOptions, compareAndSwapStore } from '../compare-and-swap/compare-and-swap-store.ts';
import type { StoredRecord } from '../compare-and-swap/stored-record.ts';

/**
 * A store in memory, for the unit tests of your handlers: without DynamoDB, and without a clock of its own. It fulfils the same contract as
 * the store on DynamoDB, and takes the same option `overflow`.
 *
 * @example
 * ```ts
 * const handler = middy(pay).use(idempotencyKey({ store: memoryStore(), namespace: 'pay' }));
 * ```
 */
export const memoryStore = (options: CompareAndSwapStoreOptions = {}): IdempotencyStore => {
  const rows = new Map<string, { record: StoredRecord; version: number }>();
  return compareAndSwapStore(
    {
      // Copies, so that nobody edits a record but by a store's verbs.
      get: async (id) => structuredClone(rows.get(id)),
      swap: async (id, record, version) => {
        if (rows.get(id)?.version !== version) return false;
        rows.set(id, structuredClone({ record, version: (rows.get(id)?.version ?? 0) + 1 }));
        return true;
      },
    },
    options,
  );
};
