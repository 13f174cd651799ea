import type { KeyStore, StoredKey } from './key-store.ts';

/** A `Map`, or anything with the same methods, which may be asynchronous: React Native's storage, a key-value database. */
export interface AsyncMap {
  get(name: string): unknown;
  set(name: string, value: StoredKey): unknown;
  delete(name: string): unknown;
}

/**
 * Keeps keys in a map, which must belong to one process or tab: two that share it could both read before either writes.
 *
 * @example
 * ```ts
 * const pay = idempotentFetch({ keys: mapKeys(new Map()) });
 * ```
 */
export const mapKeys = (map: AsyncMap): KeyStore => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    update(intention, change) {
      const next = last.then(async () => {
        const found = (await map.get(intention)) as StoredKey | undefined;
        const changed = change(found);
        if (changed !== found) await (changed ? map.set(intention, changed) : map.delete(intention));
        return changed;
      });
      last = next.catch(() => undefined);
      return next;
    },
  };
};
