import type { IdempotencyRecord } from '../record/record.ts';
import type { ExecutionSettings } from './settings.ts';

export interface SafeCache {
  get(id: string): Promise<IdempotencyRecord | undefined>;
  set(record: IdempotencyRecord): Promise<void>;
}

/** The user's cache, whose failure is not the operation's: it then knows nothing, and an event tells. */
export const safeCache = ({ cache, report }: Pick<ExecutionSettings, 'cache' | 'report'>): SafeCache | undefined => {
  if (!cache) return undefined;
  const failed = (callback: string, id: string, error: unknown): undefined =>
    report('callback-failed', { id }, { callback, error }) as undefined;
  return {
    get: async (id) => {
      try {
        const record = await cache.get(id);
        return record?.status === 'COMPLETED' && record.id === id ? record : undefined;
      } catch (error) {
        return failed('cache.get', id, error);
      }
    },
    set: async (record) => {
      try {
        await cache.set(record);
      } catch (error) {
        failed('cache.set', record.id, error);
      }
    },
  };
};
