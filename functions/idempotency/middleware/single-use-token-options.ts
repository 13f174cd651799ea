import { checkOptions, isBoolean, isFunction, type Option, type OptionsOf, option } from '../base/options.ts';
import {
  type CommonOptions,
  commonOptions,
  type OperationOptions,
  operationOptions,
} from '../protocol/operation-options.ts';
import type { KeySource } from '../request/key/key.ts';
import { type AnswerOptions, answerOptions } from './on-answer.ts';

const tokenOptions = {
  /**
   * Where the token is.
   * @default the header `token`, else the query parameter `token`
   */
  token: option<KeySource>(isFunction),
  /** What the token must be bound to: what was passed to `issueToken` as `bindTo`. */
  bindTo: option<KeySource>(isFunction),
};

export interface TokenOptions extends OptionsOf<typeof tokenOptions>, AnswerOptions {}

/** A token that is used up when the handler starts, whatever becomes of it. */
export interface ConsumingOptions
  extends TokenOptions,
    CommonOptions,
    Pick<OperationOptions, 'store' | 'namespace' | 'scope'> {
  retainResult?: false;
}

/** A token that remembers the answer: a failed call may retry with it, a repeated call gets the first answer. */
export interface RetainingOptions extends TokenOptions, OperationOptions {
  retainResult: true;
}

export type SingleUseTokenOptions = ConsumingOptions | RetainingOptions;

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
