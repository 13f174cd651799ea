import { storeContract } from 'middy-idempotency/testing';
import { it } from 'vitest';
import { type Database, ownStore } from './own-store.ts';

/** Put your database here. */
const openDatabase = (): Database => {
  const rows = new Map<string, NonNullable<Awaited<ReturnType<Database['get']>>>>();
  return {
    get: async (id) => structuredClone(rows.get(id)),
    swap: async (id, entry, version) => {
      if (rows.get(id)?.version !== version) return false;
      if (entry) rows.set(id, structuredClone({ entry, version: (version ?? 0) + 1 }));
      else rows.delete(id);
      return true;
    },
  };
};

for (const { name, run } of storeContract(() => ownStore(openDatabase()))) it(name, run);
