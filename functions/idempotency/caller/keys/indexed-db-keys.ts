import type { KeyStore, StoredKey } from './key-store.ts';

/** As much of IndexedDB as is used here: the library is compiled without the types of browsers. */
interface IdbRequest<Result> {
  result: Result;
  error: unknown;
  onsuccess: () => void;
  onerror: () => void;
  onupgradeneeded: () => void;
}

interface IdbStore {
  get(name: string): IdbRequest<StoredKey | undefined>;
  put(value: StoredKey, name: string): void;
  delete(name: string): void;
}

interface IdbTransaction {
  objectStore(name: string): IdbStore;
  error: unknown;
  oncomplete: () => void;
  onabort: () => void;
}

interface IdbDatabase {
  createObjectStore(name: string): void;
  transaction(name: string, mode: string, options: object): IdbTransaction;
  close(): void;
}

declare const indexedDB: { open(name: string): IdbRequest<IdbDatabase> };

const storeName = 'keys';

/**
 * Keeps keys in IndexedDB: for pages and their workers. All tabs of an origin share them, and a change is one transaction that is on the
 * disk before the request is sent.
 *
 * `localStorage` is no alternative: another tab may still read an old value, even under a Web Lock.
 *
 * @param name of the database
 *
 * @example
 * ```ts
 * const pay = idempotentFetch({ keys: indexedDBKeys() });
 * ```
 */
export const indexedDBKeys = (name = 'middy-idempotency'): KeyStore => ({
  update: (intention, change) =>
    new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const database = opening.result;
        const transaction = database.transaction(storeName, 'readwrite', { durability: 'strict' });
        const store = transaction.objectStore(storeName);
        const reading = store.get(intention);
        let changed: StoredKey | undefined;
        reading.onsuccess = () => {
          changed = change(reading.result);
          if (changed === reading.result) return;
          if (changed) store.put(changed, intention);
          else store.delete(intention);
        };
        transaction.oncomplete = () => {
          database.close();
          resolve(changed);
        };
        transaction.onabort = () => {
          database.close();
          reject(transaction.error);
        };
      };
    }),
});
