import type { MiddlewareObj, Request } from '@middy/core';
import type { Context } from 'aws-lambda';
import { admissionMs, defaultRemainingMs, withTimeLimit } from '../base/deadline.ts';
import { IdempotencyError } from '../base/error.ts';
import { checkOptions, isBoolean, isFunction } from '../base/option-rules.ts';
import type { IdempotentContext } from '../protocol/context.ts';
import { tokenNamespace } from '../protocol/issue-token.ts';
import { repetitive, storeUnavailable, tokenMissing } from '../protocol/refusal.ts';
import { lambdaContextOf } from '../request/durable.ts';
import { toHttpRequest } from '../request/http/request.ts';
import { parseKeyText } from '../request/key/header-value.ts';
import type { KeySource } from '../request/key/key.ts';
import { describeOperation, ownerOf, recordId, scopeOf } from '../request/operation.ts';
import { principalOf } from '../request/principal.ts';
import { answerRefusal } from './answer.ts';
import { guard } from './guard.ts';
import {
  type OpenStore,
  type OperationOptions,
  operationRules,
  resolveExecutionSettings,
  resolveGuardSettings,
  resolveOperationSettings,
} from './options.ts';
import { useRecordOnce } from './record-use.ts';

interface TokenOptions {
  /**
   * Where the token is.
   * @default the header `token`, else the query parameter `token`
   */
  token?: KeySource;
  /** What the token must be bound to: what was passed to `issueToken` as `bindTo`. */
  bindTo?: KeySource;
}

/** A token that is used up when the handler starts, whatever becomes of it. */
export interface ConsumingOptions
  extends TokenOptions,
    Pick<OperationOptions, 'store' | 'namespace' | 'scope' | 'onEvent' | 'now'> {
  retainResult?: false;
}

/** A token that remembers the answer: a failed call may retry with it, a repeated call gets the first answer. */
export interface RetainingOptions extends TokenOptions, OperationOptions {
  retainResult: true;
}

export type SingleUseTokenOptions = ConsumingOptions | RetainingOptions;

export interface SingleUseToken {
  /**
   * Lets a request pass only with a token from `issueToken`, and only once per token. To anyone but the caller that it was issued
   * to, a token is as unknown as one that was made up.
   *
   * @throws {TypeError} at load, when an option is unknown, wrong or without effect, or no table is named
   * @throws {IdempotencyError} per request, when it isn't an HTTP request: `ILLEGAL_ARGUMENT`, `REPETITIVE_OPERATION`,
   * `STORE_UNAVAILABLE`, and with `retainResult` those of `idempotencyKey`
   */
  (options: RetainingOptions): MiddlewareObj<unknown, unknown, Error, IdempotentContext>;
  (options?: ConsumingOptions): MiddlewareObj<unknown, unknown, Error>;
}

export const singleUseTokenOn =
  (openStore: OpenStore): SingleUseToken =>
  // biome-ignore lint/suspicious/noExplicitAny: which context it gives, the overloads tell from the options
  (options: SingleUseTokenOptions = {}): MiddlewareObj<unknown, unknown, Error, any> => {
    const tokenRules = { token: isFunction, bindTo: isFunction, retainResult: isBoolean };
    if (options.retainResult) {
      checkOptions('singleUseToken', options, { ...tokenRules, ...operationRules });
      return retainingMiddleware(options, openStore);
    }
    const { store, namespace, scope, onEvent, now } = operationRules;
    checkOptions('singleUseToken (without `retainResult`)', options, {
      ...tokenRules,
      store,
      namespace,
      scope,
      onEvent,
      now,
    });
    return consumingMiddleware(options, openStore);
  };

const caller: KeySource = (event) => principalOf(event);

const consumingMiddleware = (
  options: ConsumingOptions,
  openStore: OpenStore,
): MiddlewareObj<unknown, unknown, Error> => {
  const { store, now, report } = resolveExecutionSettings(options, openStore, { subject: 'Token', from: 'issued' });
  const { scope } = resolveOperationSettings(options, caller);
  const readToken = tokenReader(options);

  const consume = async (request: Request): Promise<void> => {
    const { event, context } = request;
    const identity = { scope: await scopeOf(event, context, scope), ...(await readToken(event, context)) };
    const id = recordId(options.namespace ?? tokenNamespace, identity);
    useRecordOnce(request, id);
    const owner = ownerOf(context);
    const limitMs = admissionMs(lambdaContextOf(context).getRemainingTimeInMillis?.() ?? defaultRemainingMs);
    const consumption = withTimeLimit(limitMs, (signal) => store.consume({ id, owner, nowMs: now() }, signal));
    const outcome = await consumption.catch((error: unknown) => {
      report({ type: 'store-unavailable', id, owner, error });
      throw storeUnavailable(error);
    });
    if (outcome.consumed) report({ type: 'token-consumed', id, owner });
    else {
      report({ type: 'token-refused', id, owner, code: 'REPETITIVE_OPERATION' });
      throw repetitive();
    }
  };

  const before = async (request: Request): Promise<void> => {
    const http = toHttpRequest(request.event);
    try {
      await consume(request);
    } catch (error) {
      request.earlyResponse = answerRefusal(error, http);
    }
  };

  return { before };
};

const retainingMiddleware = (
  options: RetainingOptions,
  openStore: OpenStore,
): MiddlewareObj<unknown, unknown, Error, IdempotentContext> => {
  const settings = resolveOperationSettings({ ...options, namespace: options.namespace ?? tokenNamespace }, caller);
  const readToken = tokenReader(options);
  return guard({
    ...resolveExecutionSettings(options, openStore, { subject: 'Token', from: 'issued' }),
    ...resolveGuardSettings(options),
    describe: async (event, context) => describeOperation(await readToken(event, context), event, context, settings),
  });
};

const tokenReader = ({ token: source = headerOrQuery, bindTo }: TokenOptions) => {
  return async (event: unknown, context: Context): Promise<{ token: string; bindTo: unknown }> => {
    const found = await source(event, context);
    const token = Array.isArray(found) && found.length === 1 ? found[0] : found; // `fromBody` and the like yield lists
    if (token === undefined || token === null || token === '') throw tokenMissing();
    if (typeof token !== 'string') throw malformed('it is not a string');
    return { token: parseKeyText(token, malformed), bindTo: await bindTo?.(event, context) };
  };
};

const headerOrQuery: KeySource = (event) => {
  const request = toHttpRequest(event);
  const values = request?.header('token').filter((value) => value !== '') ?? [];
  const [token, ...others] = new Set(values.length > 0 ? values : request?.query()['token']);
  if (others.length > 0) throw malformed('it was sent more than once with different values');
  return token;
};

const malformed = (reason: string): IdempotencyError =>
  new IdempotencyError('ILLEGAL_ARGUMENT', `The token is malformed: ${reason}.`, { title: 'Token is malformed' });
