import type { Context } from 'aws-lambda';
import { digest } from '../base/hash.ts';
import { tokenNamespace } from '../protocol/issue-token.ts';
import { type OpenDefaultStore, resolveExecution } from '../protocol/settings.ts';
import type { AnyResult } from '../protocol/verdict.ts';
import { canonicalText } from '../request/comparison/canonical-text.ts';
import { tenantOf } from '../request/durable.ts';
import { fingerprintOf } from '../request/fingerprint.ts';
import { routeOf } from '../request/http/route-of.ts';
import { type AnyEvent, readKey } from '../request/key/key.ts';
import { describeOperation, functionNameOf } from '../request/operation.ts';
import { principalOf } from '../request/principal/principal-of.ts';
import { createAnswers } from './answers.ts';
import { consumeToken } from './consume-token.ts';
import { type GuardSettings, guard } from './guard.ts';
import type { MiddlewareFor } from './middleware.ts';
import { pastPreflights } from './past-preflights.ts';
import {
  type ConsumingOptions,
  checkTokenOptions,
  type RetainingOptions,
  type SingleUseTokenOptions,
} from './single-use-token-options.ts';
import { tokenReader } from './token-reader.ts';

export interface SingleUseToken {
  /**
   * Lets a request pass only with a token from `issueToken`, and only once per token. For anyone but the caller that it was issued to, a
   * token counts as unknown. It is deleted before the handler runs; with `retainResult` it is kept until the handler has succeeded, and a
   * repeat gets the first answer. A browser's preflight is answered with 204, and doesn't use up a token.
   *
   * @throws {TypeError} at load, when an option is unknown, wrong or without effect, or no table name is set; per request, without
   * `retainResult` in a durable function
   * @throws {IdempotencyError} per request, when it isn't an HTTP request: `ILLEGAL_ARGUMENT`, `REPETITIVE_OPERATION`, `IN_PROGRESS`,
   * `OUTCOME_UNKNOWN`, `STORE_UNAVAILABLE`, and with `retainResult` those of `idempotencyKey`
   *
   * @example
   * ```ts
   * const handler = middy(pay).use(singleUseToken({ retainResult: true }));
   * ```
   */
  <TEvent = AnyEvent, TResult = AnyResult, TContext extends Context = Context>(
    options: RetainingOptions<NoInfer<TEvent>, NoInfer<TResult>>,
  ): MiddlewareFor<TEvent, TContext>;
  <TEvent = AnyEvent>(options?: ConsumingOptions<NoInfer<TEvent>>): MiddlewareFor<TEvent, Context>;
}

export const singleUseTokenOn =
  (openDefaultStore: OpenDefaultStore): SingleUseToken =>
  (options: SingleUseTokenOptions = {}) => {
    checkTokenOptions(options);
    const execution = resolveExecution(options, openDefaultStore, { subject: 'Token', from: 'issued' });
    const answers = createAnswers(options.onAnswer, execution);
    const middleware = options.retainResult
      ? guard({
          ...execution,
          describe: operationByToken(options),
          decisions: options,
          answers,
          tellRetention: options.tellRetention,
        })
      : consumeToken(options, { ...execution, answers });
    return pastPreflights(middleware, answers);
  };

/** Names a request's operation by its token. */
export const operationByToken = (options: RetainingOptions): GuardSettings['describe'] => {
  const { namespace, scope, fingerprint, leaseMs, now = Date.now } = options;
  const readToken = tokenReader(options);
  return async (incoming) => {
    const reading = {
      identity: await readToken(incoming),
      scope: () => (scope ? readKey(scope, incoming) : principalOf(incoming.event)),
      // Not part of the id: a token is issued by another function than the one that it is for.
      fingerprint: async () => {
        const place = [
          namespace ?? functionNameOf(incoming.context),
          routeOf(incoming.event),
          tenantOf(incoming.context),
        ];
        return digest(canonicalText([place, await fingerprintOf(incoming, fingerprint)], 'payload'));
      },
      context: incoming.context,
    };
    return describeOperation(reading, { namespace: namespace ?? tokenNamespace, leaseMs, now });
  };
};
