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
import type { Encryption } from '../record/encryption.ts';
import type { RecordCache } from '../record/record-cache.ts';
import type { IdempotencyStore } from '../record/store.ts';
import type { AnyEvent, KeySource } from '../request/key/key.ts';
import type { OnEvent } from './event.ts';
import type { ToStore } from './redaction.ts';
import type { AnyResult, Decisions, StoreResponse } from './verdict.ts';

const yearSeconds = 366 * 86_400;

/** Options of every middleware and of `makeIdempotent`: one that is added here is an option of all. */
export const commonOptions = {
  /** Called for every event, for metrics; warnings are logged besides. See docs/events.md. */
  onEvent: option<OnEvent>(isFunction),
  /**
   * Whether to suppress warnings.
   * @default false
   */
  quiet: option<boolean>(isBoolean),
  /** The clock, in epoch milliseconds. @default Date.now */
  now: option<() => number>(isFunction),
};

/** How an operation is claimed and remembered, whoever runs it. */
export const executionOptions = {
  ...commonOptions,
  /** @default dynamoDBStore() */
  store: option<IdempotencyStore>(
    hasMethods('claim', 'read', 'complete', 'release', 'undo', 'resolve', 'issue', 'consume'),
  ),
  /**
   * How long an operation is remembered, in seconds: from its end, its last failure, or the end of a crashed one's lease. Under
   * `afterCrash: 'reject'` a claim is remembered until it ends or is settled.
   * @default 86400 (24 hours)
   */
  retentionSeconds: option<number>(isIntegerBetween(1, 10 * yearSeconds)),
  /**
   * How long a claim holds at least after a crash of its owner, in milliseconds.
   * @default the rest of the invocation and 1 s; without a Lambda context 900000 (15 minutes, Lambda's longest); in a durable function 366
   * days (the longest that an execution can last): set its `ExecutionTimeout`
   */
  leaseMs: option<number>(isIntegerBetween(1, yearSeconds * 1000)),
  /**
   * What happens to a crashed operation once its lease has ended. `'rerun'`: the next request runs it again, and is told of the crash by
   * `previous`. `'reject'`: repeats are refused with `OUTCOME_UNKNOWN` until somebody settles it with `resolve`, for effects that must
   * never happen twice.
   * @default 'rerun'
   */
  afterCrash: option<'rerun' | 'reject'>(isOneOf('rerun', 'reject')),
  /**
   * Makes a request wait up to this many milliseconds for another one that is running the same operation, and get its answer instead of
   * 409. Needs the action `dynamodb:GetItem`.
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
  /** Keeps completed records in memory: `memoryCache({ maxBytes })` of `middy-idempotency/cache`. Several stores may share one. */
  cache: option<RecordCache>({
    ...hasMethods('of'),
    expected: '`memoryCache({ maxBytes })`, or a cache with the method `of`',
  }),
  /**
   * Whether an error that the handler threw is the operation's final outcome. `true` remembers it: repeats throw it again, with its name,
   * message and own properties, and with `statusCode`, `status`, `expose`, `code`, `cause`, `errors` and `issues`. `'unknown'` (a
   * provider's call that timed out) counts as a crash. May be asynchronous. If it throws, the default decides, and there is an event
   * `callback-failed`.
   * @default none
   */
  keepErrors: option<NonNullable<Decisions['keepErrors']>>(isFunction),
  /**
   * Encrypts every result and kept error before it leaves the process: into the record, its overflow and the cache. A result that can't be
   * sealed is not kept; if one can't be opened, a repeat gets `STORE_UNAVAILABLE`, or `RESULT_UNAVAILABLE` if `open` threw a `StoreError`
   * that is not retryable. Unsealed older results are still read. See docs/secrets-at-rest.md.
   * @default none
   */
  encryption: option<Encryption>(hasMethods('seal', 'open')),
};

/** Options of the middlewares that run a handler under a claim: `idempotencyKey`, and `singleUseToken` with `retainResult`. */
export const operationOptions = {
  ...executionOptions,
  /**
   * The operation's name in record ids: two functions with the same namespace share records.
   * @default the Lambda function's name
   */
  namespace: option<string>(isNamespace),
  /**
   * Who is asking, and by which route. Two scopes never share records. Name the caller by something that stays the same when the client
   * comes back, not by a token or session.
   * @default requests: `[principalOf(event), routeOf(event)]`; events without a caller: the same for all
   */
  scope: option<KeySource>(isFunction),
  /**
   * What must be the same for two requests with one key to be the same request. If it finds nothing, the default decides.
   * @default HTTP: method, path with its parameters, query and body; records of event sources: their payload; else the whole event
   */
  fingerprint: option<KeySource>(isFunction),
  /**
   * Whether a response is the operation's final answer: `true` remembers it, `false` frees the operation for a retry, `'unknown'` counts as
   * a crash. May be asynchronous. If it throws, the default decides, and there is an event `callback-failed`.
   * @default HTTP: answers that say that the request was acted upon, that is all but 500 and above, 400, 401, 403 to 406, 408, 411 to 417,
   * 421, 422, 425, 426, 428, 429, 431; other events: every result
   */
  storeResponse: option<StoreResponse>(isFunction),
  /**
   * Whether HTTP answers say for how many seconds from now the operation is remembered, by the header `Idempotency-Key-Max-Age`: after
   * that a client must not send the key again, but ask. The first answer and replays say it, refusals don't. `false`: no answer
   * has it.
   * @default true
   * @see draft-ietf-httpapi-idempotency-key-header-07, section 2.3: servers should publish how long keys are valid
   */
  tellRetention: option<boolean>(isBoolean),
  /**
   * Returns what is remembered in place of the response, for secrets that are shown once. It gets a copy of the response as a repeat would
   * have got it: without cookies, and after a round trip through JSON. The first caller gets the whole response; a repeat gets what this
   * returned, and if that differs the header `Idempotent-Redacted: true`. May be asynchronous. If it throws or returns nothing, the
   * response is not kept: a repeat gets `RESULT_UNAVAILABLE`. It is not called for errors that `keepErrors` keeps.
   * @default the response
   */
  toStore: option<ToStore>(isFunction),
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

/** As `OptionsOf`, for handlers of this event and result. */
export type OptionsFor<List, TEvent, TResult = AnyResult> = {
  [Name in keyof OptionsOf<List>]?: Name extends 'storeResponse'
    ? StoreResponse<TResult>
    : Name extends 'toStore'
      ? ToStore<TResult>
      : For<TEvent, OptionsOf<List>[Name]>;
};

type For<TEvent, Value> = [Value, KeySource | undefined] extends [KeySource | undefined, Value]
  ? KeySource<TEvent>
  : Value;

export interface CommonOptions extends OptionsOf<typeof commonOptions> {}
export interface ExecutionOptions extends CommonOptions, OptionsOf<typeof executionOptions> {}
export interface OperationOptions<TEvent = AnyEvent, TResult = AnyResult>
  extends ExecutionOptions,
    OptionsFor<typeof operationOptions, TEvent, TResult> {}
