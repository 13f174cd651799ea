import type { ResultOverflow } from '../../record/result-overflow.ts';
import { type IdempotencyStore, StoreError } from '../../record/store.ts';
import { hasExpired, type StoredRecord, shown } from './stored-record.ts';
import * as transitions from './transitions.ts';

/** What a database must be able to do to keep records: replace a record if nobody else has replaced it since it was read. */
export interface RecordDatabase {
  /** The record, including every acknowledged write, and its version: any value that differs after each write. */
  get(id: string, signal?: AbortSignal): Promise<{ record: StoredRecord; version: unknown } | undefined>;
  /**
   * Writes a record if its version is still the one that was read (`undefined`: there was none). Returns whether it was written.
   *
   * The database may delete the record after `record.expiresAtSeconds`.
   */
  swap(id: string, record: StoredRecord, version: unknown, signal?: AbortSignal): Promise<boolean>;
}

export interface CompareAndSwapStoreOptions {
  /** Keeps the results that do not fit a record. */
  overflow?: ResultOverflow;
}

/** More than there can be by chance: something else writes these records. */
const maxSwaps = 1000;

/**
 * A store on any database that can replace a record if nobody else has replaced it since it was read: SQL with `UPDATE … WHERE version =
 * …`, etcd, Cosmos DB. It implements all rules of the protocol; you supply `get` and `swap`. When these throw, callers get
 * `STORE_UNAVAILABLE`.
 *
 * @example
 * ```ts
 * const records = new Map<string, { record: StoredRecord; version: string }>();
 * const store = compareAndSwapStore({
 *   get: async (id) => records.get(id),
 *   swap: async (id, record, version) => {
 *     if (records.get(id)?.version !== version) return false;
 *     records.set(id, { record, version: crypto.randomUUID() });
 *     return true;
 *   },
 * });
 * ```
 */
export const compareAndSwapStore = (
  database: RecordDatabase,
  { overflow }: CompareAndSwapStoreOptions = {},
): IdempotencyStore => {
  const reached = async <Result>(action: string, call: Promise<Result>): Promise<Result> => {
    try {
      return await call;
    } catch (cause) {
      if (StoreError.is(cause)) throw cause;
      throw new StoreError(`${action} failed: ${(cause as Error)?.message}`, { retryable: true, cause });
    }
  };

  const read = async (verb: string, id: string, signal: AbortSignal | undefined) => {
    const found = await reached(`${verb}: get`, database.get(id, signal));
    if (found && found.record.id !== id) {
      throw new StoreError(
        `${verb}: get returned the record ${found.record.id} when it was asked for ${id}: return a new object each time.`,
        { retryable: false, cause: undefined },
      );
    }
    return found;
  };

  /** Decides by what is there, and decides anew when somebody else was faster. */
  const verb =
    <Request extends { id: string }, Answer>(
      name: string,
      decide: (found: StoredRecord | undefined, request: Request) => transitions.Transition<Answer>,
    ) =>
    async (request: Request, signal?: AbortSignal): Promise<Answer> => {
      const { id } = request;
      for (let swaps = 0; swaps < maxSwaps; swaps += 1) {
        const found = await read(name, id, signal);
        const { answer, put } = decide(found?.record, request);
        if (!put || (await reached(`${name}: swap`, database.swap(id, put, found?.version, signal)))) return answer;
      }
      throw new StoreError(`${name}: other writers changed the record ${maxSwaps} times in a row.`, {
        retryable: true,
        cause: undefined,
      });
    };

  return {
    ...(overflow && { overflow }),
    claim: verb('claim', transitions.claim),
    read: async ({ id, nowMs }, signal) => {
      const found = await read('read', id, signal);
      return found && !hasExpired(found.record, nowMs) ? shown(found.record) : undefined;
    },
    complete: verb('complete', transitions.complete),
    release: verb('release', transitions.release),
    undo: verb('undo', transitions.undo),
    resolve: verb('resolve', transitions.resolve),
    issue: verb('issue', transitions.issue),
    consume: verb('consume', transitions.consume),
  };
};
