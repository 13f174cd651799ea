import { compareAndSwapStore, type IdempotencyStore, type StoredRecord } from 'middy-idempotency';

/** A client of some SQL database. */
export interface Sql {
  query(
    text: string,
    values: readonly unknown[],
  ): Promise<{ rows: { record: string; version: number }[]; count: number }>;
}

const toText = (record: StoredRecord): string =>
  JSON.stringify(record, (_name, value) => {
    if (value === Number.POSITIVE_INFINITY) return 'never'; // expiresAtSeconds of what must not be forgotten
    return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;
  });

const toRecord = (text: string): StoredRecord =>
  JSON.parse(text, (name, value) => {
    if (name === 'expiresAtSeconds' && value === 'never') return Number.POSITIVE_INFINITY;
    return typeof value?.base64 === 'string' ? new Uint8Array(Buffer.from(value.base64, 'base64')) : value;
  });

export const ownStore = (sql: Sql): IdempotencyStore =>
  compareAndSwapStore({
    get: async (id) => {
      const { rows } = await sql.query('SELECT record, version FROM records WHERE id = $1', [id]);
      return rows[0] && { record: toRecord(rows[0].record), version: rows[0].version };
    },
    swap: async (id, record, version) => {
      const { count } =
        version === undefined
          ? await sql.query('INSERT INTO records (id, record, version) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING', [
              id,
              toText(record),
            ])
          : await sql.query('UPDATE records SET record = $2, version = version + 1 WHERE id = $1 AND version = $3', [
              id,
              toText(record),
              version,
            ]);
      return count === 1;
    },
  });
