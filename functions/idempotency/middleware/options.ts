import {
  hasMethods,
  isBoolean,
  isFunction,
  isIntegerBetween,
  isNamespace,
  isOneOf,
  type OptionRule,
} from '../base/option-rules.ts';
import { isDisabled } from '../protocol/disabled.ts';
import { type OnEvent, reporter } from '../protocol/event.ts';
import type { ExecutionSettings } from '../protocol/execution.ts';
import { forgetfulStore } from '../protocol/forgetful-store.ts';
import type { RecordCache } from '../record/record-cache.ts';
import type { IdempotencyStore } from '../record/store.ts';
import type { KeySource } from '../request/key/key.ts';
import type { OperationSettings } from '../request/operation.ts';

/** Options of every middleware that remembers operations. */
export interface OperationOptions {
  /** @default dynamoDBStore() */
  store?: IdempotencyStore;
  /**
   * The operation's name in record ids: two functions with the same namespace share records.
   * @default the Lambda function's name
   */
  namespace?: string;
  /** Who is asking. Two scopes never see each other's records. */
  scope?: KeySource;
  /**
   * What must be the same for two requests with one key to be the same request.
   * @default HTTP: method, path, query and body; records of event sources: their payload; else the whole event
   */
  fingerprint?: KeySource;
  /**
   * How long a finished operation is remembered, in seconds.
   * @default 86400 (24 hours)
   */
  retentionSeconds?: number;
  /**
   * How long a claim holds at least, in milliseconds, if its owner goes silent.
   * @default the rest of the invocation and 1 s; without a Lambda context 900000 (15 minutes, Lambda's longest); in a durable
   * function 366 days (the longest that an execution can last): set its `ExecutionTimeout`
   */
  leaseMs?: number;
  /**
   * What happens to an operation whose owner went silent, once the lease has ended: run it again, or refuse every repeat with
   * `OUTCOME_UNKNOWN`, for effects that must never happen twice.
   * @default 'rerun'
   */
  afterCrash?: 'rerun' | 'reject';
  /**
   * Makes a request wait for another one that runs the same operation, up to this many milliseconds, and get its answer instead
   * of 409. Needs the action `dynamodb:GetItem`.
   */
  wait?: { upToMs: number };
  /**
   * Looks for a completed record before claiming: makes replays cheaper (half a read unit instead of a write unit) and first
   * requests slower. Needs the action `dynamodb:GetItem`.
   * @default false
   */
  readFirst?: boolean;
  /** Keeps completed records in memory: `memoryCache({ maxBytes })` of `middy-idempotency/cache`. */
  cache?: RecordCache;
  /**
   * Whether a response is the operation's final answer: `true` remembers it, `false` frees the operation for a retry.
   * @default HTTP: status below 500; else every one
   */
  // biome-ignore lint/suspicious/noExplicitAny: the response is whatever the handler returns, known to the user only
  storeResponse?: (response: any) => boolean;
  /**
   * Whether an error that the handler threw is the operation's final outcome: `true` remembers it, and repeats get it thrown
   * again, with its name, message and own properties.
   * @default none
   */
  keepErrors?: (error: unknown) => boolean;
  /** Middy's option of the same name, if you changed it together with `timeoutEarlyResponse`. */
  timeoutEarlyInMillis?: number;
  /** Told of everything that happens. @default logs a warning when something is wrong */
  onEvent?: OnEvent;
  /** The clock, in epoch milliseconds. @default Date.now */
  now?: () => number;
}

/** What decides how an operation is claimed and remembered, whoever runs it. */
export type ExecutionOptions = Pick<
  OperationOptions,
  'store' | 'retentionSeconds' | 'afterCrash' | 'wait' | 'readFirst' | 'cache' | 'onEvent' | 'now'
>;

const isWait = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { upToMs, ...others } = value as { upToMs?: unknown };
  return isIntegerBetween(1, 900_000).is(upToMs ?? 0) && Object.keys(others).length === 0;
};

const yearSeconds = 366 * 86_400;

export const operationRules = {
  store: hasMethods('claim', 'read', 'complete', 'release', 'issue', 'consume'),
  namespace: isNamespace,
  scope: isFunction,
  fingerprint: isFunction,
  retentionSeconds: isIntegerBetween(1, 10 * yearSeconds),
  leaseMs: isIntegerBetween(1, yearSeconds * 1000),
  afterCrash: isOneOf('rerun', 'reject'),
  wait: {
    is: (value) => isWait(value),
    expected: '{ upToMs: a whole number from 1 to 900000 }',
  },
  readFirst: isBoolean,
  cache: hasMethods('get', 'set'),
  storeResponse: isFunction,
  keepErrors: isFunction,
  timeoutEarlyInMillis: isIntegerBetween(0, 900_000),
  onEvent: isFunction,
  now: isFunction,
} as const satisfies Record<keyof OperationOptions, OptionRule>;

export const resolveOperationSettings = (options: OperationOptions, scope: KeySource): OperationSettings => ({
  namespace: options.namespace,
  scope: options.scope ?? scope,
  fingerprint: options.fingerprint,
  leaseMs: options.leaseMs,
  now: options.now ?? Date.now,
});

export const defaultRetentionSeconds = 86_400;

/** What decides, besides the claim, when a handler runs and what is remembered of it. */
export const resolveGuardSettings = ({ timeoutEarlyInMillis, storeResponse, keepErrors }: OperationOptions) => ({
  timeoutEarlyInMillis,
  storeResponse,
  keepErrors,
});

/** Opens the store that is used where none is given. */
export type OpenStore = () => IdempotencyStore;

export const resolveExecutionSettings = (
  options: ExecutionOptions,
  openStore: OpenStore,
  kind: Pick<ExecutionSettings, 'subject' | 'from'> & Partial<Pick<ExecutionSettings, 'onStoreUnavailable'>>,
): ExecutionSettings => {
  // A token is a permission too: no variable of the environment grants it.
  const disabled = kind.from === 'absent' && isDisabled();
  return {
    onStoreUnavailable: 'refuse',
    ...kind,
    store: disabled ? forgetfulStore : (options.store ?? openStore()),
    afterCrash: options.afterCrash ?? 'rerun',
    retentionSeconds: options.retentionSeconds ?? defaultRetentionSeconds,
    readFirst: options.readFirst ?? false,
    waitUpToMs: options.wait?.upToMs ?? 0,
    cache: disabled ? undefined : options.cache,
    now: options.now ?? Date.now,
    report: reporter(options.onEvent),
  };
};
