import { LRUCache } from 'lru-cache';
import { checkOptions, isIntegerBetween } from '../../base/options.ts';
import type { IdempotencyRecord } from '../../record/record.ts';
import type { RecordCache } from '../../record/record-cache.ts';
import type { IdempotencyStore } from '../../record/store.ts';

export interface MemoryCacheOptions {
  /** How much memory the cached records may take, in bytes: the least recently used are dropped first. */
  maxBytes: number;
}

/** What a record takes besides its result: its other attributes and the cache's own bookkeeping. */
const recordOverheadBytes = 500;

const sizeOf = ({ result }: IdempotencyRecord): number => {
  const data = result && 'data' in result ? result.data : '';
  return recordOverheadBytes + (typeof data === 'string' ? data.length * 2 : data.byteLength);
};

/**
 * Keeps completed records in the memory of the execution environment, so that a repeat which lands in the same environment costs no round
 * trip. It holds results in their stored form, so no caller can change what the next one gets. Several stores, and so several tables, may
 * share one: each finds its own records only.
 *
 * Create it outside the handler.
 *
 * @throws {TypeError} when `maxBytes` is missing or wrong
 *
 * @example
 * ```ts
 * const handler = middy(pay).use(idempotencyKey({ cache: memoryCache({ maxBytes: 5_000_000 }) }));
 * ```
 */
export const memoryCache = (options: MemoryCacheOptions): RecordCache => {
  checkOptions('memoryCache', options, { maxBytes: isIntegerBetween(1, Number.MAX_SAFE_INTEGER) });
  if (options.maxBytes === undefined) throw new TypeError('memoryCache: option `maxBytes` is missing.');
  const records = new LRUCache<string, IdempotencyRecord>({ maxSize: options.maxBytes, sizeCalculation: sizeOf });
  const stores = new WeakMap<IdempotencyStore, number>();
  let count = 0;
  return {
    of: (store) => {
      const ordinal = stores.get(store) ?? ++count;
      stores.set(store, ordinal);
      const nameOf = (id: string): string => `${ordinal}#${id}`;
      return {
        get: (id) => records.get(nameOf(id)),
        set: (record) => {
          records.set(nameOf(record.id), record);
        },
      };
    },
  };
};
