import type { Context } from 'aws-lambda';
import { isLambdaInit } from '../base/lambda-init.ts';
import { forgetfulStore } from '../protocol/forgetful-store.ts';
import { type OpenDefaultStore, resolveExecution } from '../protocol/settings.ts';
import type { AnyResult } from '../protocol/verdict.ts';
import type { AnyEvent } from '../request/key/key.ts';
import { createAnswers } from './answers.ts';
import { guard } from './guard.ts';
import { checkKeyOptions, type IdempotencyKeyOptions } from './idempotency-key-options.ts';
import { operationByKey } from './keyed-operation.ts';
import type { MiddlewareFor } from './middleware.ts';
import { rehearseRequest } from './rehearse-request.ts';

export interface IdempotencyKey {
  /**
   * Runs the handler once per idempotency key. A repeat gets the first answer; while the first request is still running, a repeat gets 409;
   * after the handler has failed, a repeat runs it again.
   *
   * Use it in an inner handler, and put CORS, error handlers and the like around that:
   * `middy(middy(pay).use(idempotencyKey())).use(cors())`. In one flat stack, Middy skips the other middlewares' hooks when this one
   * answers: there, `onAnswer` shapes its answers. A response that is a stream can't be remembered: a repeat doesn't run, and gets 409
   * `RESULT_UNAVAILABLE`.
   *
   * @throws {TypeError} at load, when an option is unknown or wrong or no table name is set
   * @throws {IdempotencyError} per request, when it isn't an HTTP request: `ILLEGAL_ARGUMENT`, `IN_PROGRESS`, `PAYLOAD_MISMATCH`,
   * `OUTCOME_UNKNOWN`, `RESULT_UNAVAILABLE`, `STORE_UNAVAILABLE`. HTTP requests are answered with these as problem details.
   * @see draft-ietf-httpapi-idempotency-key-header-07
   *
   * @example
   * ```ts
   * const handler = middy(middy(pay).use(idempotencyKey())).use(cors());
   * ```
   */
  <TEvent = AnyEvent, TResult = AnyResult, TContext extends Context = Context>(
    options?: IdempotencyKeyOptions<NoInfer<TEvent>, NoInfer<TResult>>,
  ): MiddlewareFor<TEvent, TContext>;
}

export const idempotencyKeyOn = (openDefaultStore: OpenDefaultStore): IdempotencyKey => {
  const create = (options: IdempotencyKeyOptions) => {
    const { onStoreUnavailable = 'refuse' } = options;
    const execution = resolveExecution(options, openDefaultStore, {
      subject: 'Idempotency-Key',
      from: 'absent',
      onStoreUnavailable,
    });
    if (execution.store.warmsUp && isLambdaInit())
      void rehearseRequest(create({ store: forgetfulStore, namespace: 'rehearsal' }));
    const answers = createAnswers(options.onAnswer, execution);
    return guard({
      ...execution,
      describe: operationByKey(options),
      decisions: options,
      answers,
      tellRetention: options.tellRetention,
    });
  };
  return (options = {}) => {
    checkKeyOptions(options);
    return create(options);
  };
};
