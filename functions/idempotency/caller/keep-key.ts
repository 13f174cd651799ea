import type { KeyStore, StoredKey } from './keys/key-store.ts';

/**
 * Finds an intention's key, or makes and stores one: whoever comes first, all get the same.
 *
 * @param print of the request that is to be sent; another one may be stored
 * @param replaced a key that must not be used any more
 * @returns the key, and whether no earlier try can have been done: it is new, or the server has said so
 */
export const keepKey = async (
  keys: KeyStore,
  intention: string,
  print: string,
  make: () => Promise<StoredKey>,
  replaced?: string,
): Promise<[stored: StoredKey, isFresh: boolean]> => {
  const isUsable = (found: StoredKey | undefined): found is StoredKey =>
    !!(found && found.key !== replaced && (found.print || found.doubt || Date.now() < found.untilMs));
  for (let made: StoredKey | undefined; ; made = await make()) {
    let isFresh = true;
    const stored = await keys.update(intention, (found) => {
      if (!isUsable(found)) return made ?? found;
      isFresh = !(found.print || found.doubt);
      if (!found.print) return { ...found, print };
      // Who has stored it may be sending it at this moment, or have died since.
      return found.done || found.doubt ? found : { ...found, doubt: true };
    });
    if (isUsable(stored)) return [stored, isFresh];
  }
};
