import type { Subject } from '../base/refusals.ts';
import type { Encryption } from '../record/encryption.ts';
import type { RecordCache } from '../record/record-cache.ts';
import type { IdempotencyStore } from '../record/store.ts';
import { isDisabled } from './disabled.ts';
import { type Report, reporter } from './event.ts';
import { forgetfulStore } from './forgetful-store.ts';
import type { ExecutionOptions } from './operation-options.ts';

// Without this, an older Node would fail at the first request, and callers be told to try again.
if (!Promise.withResolvers || !process.getBuiltinModule) {
  throw new Error(
    `middy-idempotency needs Node 22.3 or newer, such as Lambda's nodejs24.x; this is Node ${process.version}.`,
  );
}

/** What decides how an operation is claimed and remembered. */
export interface ExecutionSettings {
  store: IdempotencyStore;
  subject: Subject;
  /** What a claim starts from and a release goes back to. */
  from: 'absent' | 'issued';
  afterCrash: 'rerun' | 'reject';
  retentionSeconds: number;
  /** Whether to look for a completed record before claiming. */
  readFirst: boolean;
  /** How long to wait for another invocation that runs the operation, in milliseconds. */
  waitUpToMs: number;
  cache: RecordCache | undefined;
  encryption: Encryption | undefined;
  /** What becomes of an operation that can't be claimed because the store can't be reached. */
  onStoreUnavailable: 'refuse' | 'run';
  now: () => number;
  report: Report;
}

export const defaultRetentionSeconds = 86_400;

/** Opens the store that is used where none is given. */
export type OpenDefaultStore = () => IdempotencyStore;

export const resolveExecution = (
  options: ExecutionOptions,
  openDefaultStore: OpenDefaultStore,
  kind: Pick<ExecutionSettings, 'subject' | 'from'> & Partial<Pick<ExecutionSettings, 'onStoreUnavailable'>>,
): ExecutionSettings => {
  // A token is a permission too: no variable of the environment grants it.
  const disabled = kind.from === 'absent' && isDisabled();
  const store = disabled ? forgetfulStore : (options.store ?? openDefaultStore());
  checkSealable(store, options.encryption);
  return {
    onStoreUnavailable: 'refuse',
    ...kind,
    store,
    afterCrash: options.afterCrash ?? 'rerun',
    retentionSeconds: options.retentionSeconds ?? defaultRetentionSeconds,
    readFirst: options.readFirst ?? false,
    waitUpToMs: options.wait?.upToMs ?? 0,
    cache: disabled ? undefined : options.cache,
    encryption: disabled ? undefined : options.encryption,
    now: options.now ?? Date.now,
    report: reporter(options),
  };
};

/** When a record expires that is written now: the retention counts from the end of its lease, so that no crash is forgotten. */
export const expiresAtSeconds = ({ now, retentionSeconds }: ExecutionSettings, leaseExpiresAtMs = 0): number =>
  Math.ceil(Math.max(now(), leaseExpiresAtMs) / 1000) + retentionSeconds;

/** @throws {TypeError} at load, when results of this store can't be sealed */
export const checkSealable = (store: IdempotencyStore | undefined, encryption: Encryption | undefined): void => {
  if (encryption && store?.unsealable)
    throw new TypeError(`The option \`encryption\` can't be used with this store: ${store.unsealable}`);
};
