import { halfOfMs, withTimeLimit } from '../base/deadline.ts';
import type { IdempotencyRecord } from '../record/record.ts';
import type { Operation } from '../request/operation.ts';
import type { ExecutionSettings } from './settings.ts';

export interface SafeCache {
  get(operation: Operation): Promise<IdempotencyRecord | undefined>;
  set(record: IdempotencyRecord, operation: Operation): Promise<void>;
}

/** The user's cache, whose failure or silence is not the operation's: it then knows nothing, and an event tells. */
export const safeCache = ({
  cache,
  store,
  now,
  report,
}: Pick<ExecutionSettings, 'cache' | 'store' | 'now' | 'report'>): SafeCache | undefined => {
  if (!cache) return undefined;
  const records = cache.of(store);
  const failed = (callback: string, id: string, error: unknown): undefined =>
    report('callback-failed', { id }, { callback, error }) as undefined;
  return {
    get: async ({ id, deadlineMs }) => {
      try {
        const record = await withTimeLimit(halfOfMs(deadlineMs - now()), async () => records.get(id));
        if (record && (record.status !== 'COMPLETED' || record.id !== id))
          throw new TypeError(`get returned what is no completed record of ${id}.`);
        return record ?? undefined;
      } catch (error) {
        return failed('cache.get', id, error);
      }
    },
    set: async (record, { deadlineMs }) => {
      try {
        await withTimeLimit(halfOfMs(deadlineMs - now()), async () => records.set(record));
      } catch (error) {
        failed('cache.set', record.id, error);
      }
    },
  };
};
