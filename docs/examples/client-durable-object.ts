import type { KeyStore, StoredKey } from 'middy-idempotency/client';

/** As much of a Durable Object's storage as is used here; `@cloudflare/workers-types` has all of it. */
interface Storage {
  transaction<Result>(run: (stored: Stored) => Promise<Result>): Promise<Result>;
}

interface Stored {
  get(name: string): Promise<StoredKey | undefined>;
  put(name: string, value: StoredKey): Promise<void>;
  delete(name: string): Promise<boolean>;
}

/** Keeps keys in a Durable Object, for the calls that it makes: `idempotentFetch({ keys: storageKeys(state.storage) })`. */
export const storageKeys = (storage: Storage): KeyStore => ({
  update: (intention, change) =>
    storage.transaction(async (stored) => {
      const found = await stored.get(intention);
      const changed = change(found);
      if (changed) await stored.put(intention, changed);
      else await stored.delete(intention);
      return changed;
    }),
});
