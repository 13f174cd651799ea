import { checkOptions, isBoolean, isFunction, type Option, option } from '../base/options.ts';
import {
  type CommonOptions,
  commonOptions,
  type OperationOptions,
  type OptionsFor,
  operationOptions,
} from '../protocol/operation-options.ts';
import type { AnyResult } from '../protocol/verdict.ts';
import type { AnyEvent, KeySource } from '../request/key/key.ts';
import { type AnswerOptions, answerOptions } from './on-answer.ts';

const tokenOptions = {
  /**
   * Where the token is.
   * @default the header `token`, else the query parameter `token`
   */
  token: option<KeySource>(isFunction),
  /** What the token must be bound to: must return what was passed to `issueToken` as `bindTo`. */
  bindTo: option<KeySource>(isFunction),
};

export interface TokenOptions<TEvent = AnyEvent> extends OptionsFor<typeof tokenOptions, TEvent>, AnswerOptions {}

/** A token that is used up when the handler starts, whatever becomes of it. */
export interface ConsumingOptions<TEvent = AnyEvent>
  extends TokenOptions<TEvent>,
    CommonOptions,
    Pick<OperationOptions<TEvent>, 'store' | 'namespace' | 'scope'> {
  retainResult?: false;
}

/** A token that remembers the answer: a failed call may retry with it, a repeated call gets the first answer. */
export interface RetainingOptions<TEvent = AnyEvent, TResult = AnyResult>
  extends TokenOptions<TEvent>,
    OperationOptions<TEvent, TResult> {
  retainResult: true;
}

export type SingleUseTokenOptions<TEvent = AnyEvent, TResult = AnyResult> =
  | ConsumingOptions<TEvent>
  | RetainingOptions<TEvent, TResult>;

/** @throws {TypeError} that names the option that is unknown, wrong or without effect */
export const checkTokenOptions = (options: SingleUseTokenOptions): void => {
  const retainResult: Option<boolean> = isBoolean;
  const { store, namespace, scope } = operationOptions;
  if (options.retainResult) {
    checkOptions<RetainingOptions>('singleUseToken', options, {
      retainResult,
      ...tokenOptions,
      ...answerOptions,
      ...operationOptions,
    });
  } else {
    const used = { retainResult, ...tokenOptions, ...answerOptions, ...commonOptions, store, namespace, scope };
    checkOptions<ConsumingOptions>('singleUseToken (without `retainResult`)', options, used);
  }
};
