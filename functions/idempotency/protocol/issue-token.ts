import { randomBytes } from 'node:crypto';
import { readClock } from '../base/clock.ts';
import {
  checkOptions,
  isAnything,
  isFunction,
  isIntegerBetween,
  isNamespace,
  type OptionsOf,
  option,
} from '../base/options.ts';
import { type IdempotencyStore, StoreError } from '../record/store.ts';
import { captured } from '../request/comparison/captured.ts';
import { isMissing } from '../request/comparison/hole.ts';
import { keyHashOf, recordIdOf } from '../request/operation.ts';

/** Not the function's name: a token is issued by one function and used in another. */
export const tokenNamespace = 'token';

const issueTokenOptions = {
  /**
   * How long the token may be used, in seconds.
   * @default 300
   */
  ttlSeconds: option<number>(isIntegerBetween(1, 31_622_400)),
  /** What else the token is bound to (a route, an order): must equal what the option `bindTo` of `singleUseToken` returns. */
  bindTo: option<unknown>(isAnything),
  /** @default 'token' */
  namespace: option<string>(isNamespace),
  /** The clock, in epoch milliseconds. @default Date.now */
  now: option<() => number>(isFunction),
};

export interface IssueTokenOptions extends OptionsOf<typeof issueTokenOptions> {
  /**
   * Who may use the token: must equal what the option `scope` of `singleUseToken` returns for that caller, by default `principalOf(event)`.
   */
  scope: unknown;
}

/**
 * Issues a token for one operation: 256 random bits, base64url. The store holds only its hash. Answer with `Cache-Control: no-store`: two
 * callers who get one token from a cache are one operation.
 *
 * @throws {TypeError} when an option is unknown or wrong, or the scope is missing
 * @throws {StoreError} when the store can't be reached
 *
 * @example
 * ```ts
 * const token = await issueToken(store, { scope: principalOf(event), ttlSeconds: 300 });
 * ```
 */
export const issueToken = async (store: IdempotencyStore, options: IssueTokenOptions): Promise<string> => {
  checkOptions<IssueTokenOptions>('issueToken', options, { scope: isAnything, ...issueTokenOptions });
  const { ttlSeconds = 300, namespace = tokenNamespace, now = Date.now } = options;
  const { scope, bindTo } = (await captured(
    { scope: options.scope, bindTo: options.bindTo },
    'scope or bindTo of issueToken',
  )) as IssueTokenOptions;
  if (isMissing(scope)) {
    throw new TypeError(
      'issueToken: option `scope` is missing. Pass who may use the token, for instance `principalOf(event)`.',
    );
  }
  const nowMs = readClock(now);
  const expiresAtSeconds = Math.floor(nowMs / 1000) + ttlSeconds;
  for (let draws = 1; ; draws += 1) {
    const token = randomBytes(32).toString('base64url');
    const id = recordIdOf(namespace, { scope, token, bindTo });
    const outcome = await store.issue({ id, keyHash: keyHashOf(namespace, token), nowMs, expiresAtSeconds });
    if (outcome === 'issued') return token;
    if (draws === maxDraws) throw new StoreError(unsure, { retryable: true, cause: undefined });
  }
};

/** A try of unknown fate could bring a token back after it has been used, so another one is drawn. */
const maxDraws = 5;

const unsure = `issueToken: the store lost the answer to a try at each of ${maxDraws} tokens.`;
