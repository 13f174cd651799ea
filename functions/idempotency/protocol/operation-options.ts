import {
  hasMethods,
  isBoolean,
  isFunction,
  isIntegerBetween,
  isNamespace,
  isObjectOf,
  isOneOf,
  type OptionsOf,
  option,
} from '../base/options.ts';
import type { RecordCache } from '../record/record-cache.ts';
import type { IdempotencyStore } from '../record/store.ts';
import type { KeySource } from '../request/key/key.ts';
import type { OnEvent } from './event.ts';

const yearSeconds = 366 * 86_400;

/** How an operation is claimed and remembered, whoever runs it. */
export const executionOptions = {
  /** @default dynamoDBStore() */
  store: option<IdempotencyStore>(hasMethods('claim', 'read', 'complete', 'release', 'issue', 'consume')),
  /**
   * How long a finished operation is remembered, in seconds.
   * @default 86400 (24 hours)
   */
  retentionSeconds: option<number>(isIntegerBetween(1, 10 * yearSeconds)),
  /**
   * How long a claim holds at least, in milliseconds, if its owner goes silent.
   * @default the rest of the invocation and 1 s; without a Lambda context 900000 (15 minutes, Lambda's longest); in a durable
   * function 366 days (the longest that an execution can last): set its `ExecutionTimeout`
   */
  leaseMs: option<number>(isIntegerBetween(1, yearSeconds * 1000)),
  /**
   * What happens to an operation whose owner went silent, once the lease has ended: run it again, or refuse every repeat with
   * `OUTCOME_UNKNOWN`, for effects that must never happen twice.
   * @default 'rerun'
   */
  afterCrash: option<'rerun' | 'reject'>(isOneOf('rerun', 'reject')),
  /**
   * Makes a request wait for another one that runs the same operation, up to this many milliseconds, and get its answer instead
   * of 409. Needs the action `dynamodb:GetItem`.
   */
  wait: option<{ upToMs: number }>(
    isObjectOf({ upToMs: isIntegerBetween(1, 900_000) }, '{ upToMs: a whole number from 1 to 900000 }'),
  ),
  /**
   * Looks for a completed record before claiming: makes replays cheaper (half a read unit instead of a write unit) and first
   * requests slower. Needs the action `dynamodb:GetItem`.
   * @default false
   */
  readFirst: option<boolean>(isBoolean),
  /** Keeps completed records in memory: `memoryCache({ maxBytes })` of `middy-idempotency/cache`. */
  cache: option<RecordCache>(hasMethods('get', 'set')),
  /**
   * Whether an error that the handler threw is the operation's final outcome: `true` remembers it, and repeats get it thrown
   * again, with its name, message and own properties.
   * @default none
   */
  keepErrors: option<(error: unknown) => boolean>(isFunction),
  /** Told of everything that happens. @default logs a warning when something is wrong */
  onEvent: option<OnEvent>(isFunction),
  /** The clock, in epoch milliseconds. @default Date.now */
  now: option<() => number>(isFunction),
};

/** Options of every middleware that remembers operations. */
export const operationOptions = {
  ...executionOptions,
  /**
   * The operation's name in record ids: two functions with the same namespace share records.
   * @default the Lambda function's name
   */
  namespace: option<string>(isNamespace),
  /**
   * Who is asking, and by which route. Two scopes never see each other's records. Name the caller by what stays the same when the
   * client comes back: not by a token or session.
   * @default requests: `[principalOf(event), routeOf(event)]`; events without a caller: the same for all
   */
  scope: option<KeySource>(isFunction),
  /**
   * What must be the same for two requests with one key to be the same request.
   * @default HTTP: method, path, query and body; records of event sources: their payload; else the whole event
   */
  fingerprint: option<KeySource>(isFunction),
  /**
   * Whether a response is the operation's final answer: `true` remembers it, `false` frees the operation for a retry.
   * @default HTTP: status below 500; else every one
   */
  // biome-ignore lint/suspicious/noExplicitAny: the response is whatever the handler returns, known to the user only
  storeResponse: option<(response: any) => boolean>(isFunction),
  /** Middy's option of the same name, if you changed it together with `timeoutEarlyResponse`. */
  timeoutEarlyInMillis: option<number>(isIntegerBetween(0, 900_000)),
};

/** What an operation that may run unguarded can have besides. */
export const unguardedOptions = {
  /**
   * Lets a request without a key pass unguarded instead of refusing it.
   * @default false
   */
  optional: option<boolean>(isBoolean),
  /**
   * What to do when the store can't be reached: refuse with `STORE_UNAVAILABLE` (HTTP: 503), or run the handler unprotected.
   * @default 'refuse'
   */
  onStoreUnavailable: option<'refuse' | 'run'>(isOneOf('refuse', 'run')),
};

export interface ExecutionOptions extends OptionsOf<typeof executionOptions> {}
export interface OperationOptions extends OptionsOf<typeof operationOptions> {}
