import { DatabaseSync } from 'node:sqlite';
import { storeContract } from 'middy-idempotency/testing';
import { it } from 'vitest';
import { ownStore, type Sql } from './own-store.ts';

/** Put your database here. */
const openDatabase = (): Sql => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE records (id TEXT PRIMARY KEY, record TEXT NOT NULL, version INTEGER NOT NULL)');
  return {
    query: async (text, values) => {
      const statement = database.prepare(text.replace(/\$(\d)/g, '?$1'));
      const parameters = values as (string | number)[];
      if (!text.startsWith('SELECT')) return { rows: [], count: Number(statement.run(...parameters).changes) };
      return { rows: statement.all(...parameters) as { record: string; version: number }[], count: 0 };
    },
  };
};

for (const { name, run } of storeContract(() => ownStore(openDatabase()))) it(name, run);
