import { checkOptions, isFunction, isNamespace, type OptionsOf } from '../base/options.ts';
import {
  type ExecutionOptions,
  executionOptions,
  operationOptions,
  unguardedOptions,
} from '../protocol/operation-options.ts';
import type { ToStore } from '../protocol/redaction.ts';
import type { Decision } from '../protocol/verdict.ts';

/** Something of one call, made from the function's own arguments and its `this`. */
export type FromCall<This, Args extends unknown[]> = (this: This, ...args: Args) => unknown;

export interface MakeIdempotentOptions<This, Args extends unknown[], Result>
  extends ExecutionOptions,
    OptionsOf<typeof unguardedOptions> {
  /**
   * The operation's name: no two functions may share one, and changing it forgets what was done under it.
   *
   * Required, and not taken from `fn.name`, which is neither unique nor stable: two modules may each have a `charge`; a bundler renames the
   * second one, and a minifier renames all, perhaps differently in the next deployment. Then finished operations would run again, or one
   * function would get another one's results.
   */
  name: string;
  /**
   * What names one call's operation, made from the function's arguments.
   * @default as for `idempotencyKey`, if the first argument is an event or record that has an id
   */
  key?: FromCall<This, Args>;
  /**
   * The first part of the record ids' namespace; `name` is the second.
   * @default the Lambda function's name
   */
  namespace?: string;
  /**
   * For whom the operation is done. Two scopes never share records.
   * @default a request that has no `key`: caller and route; any other call: the same for all. A request with a `key` needs one.
   */
  scope?: FromCall<This, Args>;
  /**
   * What must be the same for two calls with one key to be the same call.
   * @default the arguments that the function declares, but for the Lambda context, not its `this`; of events and records what they are about
   */
  fingerprint?: FromCall<This, Args>;
  /**
   * Whether a result is the operation's final one: `true` remembers it, `false` frees the operation for a retry, `'unknown'` counts as a
   * crash. May be asynchronous; if it throws, the default decides.
   * @default every result; if the first argument is an HTTP event, as for
   * `idempotencyKey`
   */
  storeResponse?: (result: Result) => Decision | Promise<Decision>;
  /**
   * Returns what is remembered in place of the result, for secrets that are shown once. It gets a copy of the result, after a round trip
   * through JSON. The first caller gets the whole result; a repeat gets what this returned, and the event `replayed` has `redacted`. May be
   * asynchronous. If it throws or returns nothing, the result is not kept: a repeat gets `RESULT_UNAVAILABLE`. It is not called for errors
   * that `keepErrors` keeps.
   * @default the result
   */
  toStore?: ToStore<Result>;
}

const { namespace, scope, fingerprint, storeResponse, toStore } = operationOptions;

const checks = {
  name: isNamespace,
  key: isFunction,
  namespace,
  scope,
  fingerprint,
  storeResponse,
  toStore,
  ...unguardedOptions,
  ...executionOptions,
};

/** @throws {TypeError} that names what is wrong and the cure */
export const checkWrapped = (fn: unknown, options: { name: string }): void => {
  if (typeof fn !== 'function') throw new TypeError('makeIdempotent: the first argument must be the function to wrap.');
  if (/Generator/.test(Object.prototype.toString.call(fn))) {
    throw new TypeError(
      'makeIdempotent: a generator function has done nothing yet when it returns. Wrap the function that runs through its values.',
    );
  }
  checkOptions<MakeIdempotentOptions<unknown, [], unknown>>('makeIdempotent', options ?? {}, checks);
  if (options?.name === undefined) {
    throw new TypeError(
      'makeIdempotent: option `name` is missing. Pass a name of your own that stays the same, for instance ' +
        "`{ name: 'charge' }`: a function's own name is not unique, and changes when it is bundled.",
    );
  }
};
