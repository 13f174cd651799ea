import type { Context } from 'aws-lambda';
import type { IdempotencyError } from '../base/error.ts';
import { isFunction, type OptionsOf, option } from '../base/options.ts';
import type { IdempotencyRecord } from '../record/record.ts';
import type { HttpResponse } from '../request/http/response.ts';

/** What `onAnswer` gets about an answer. */
export interface AnswerDetails {
  // biome-ignore lint/suspicious/noExplicitAny: the event is whatever the function is triggered by, known to the user only
  event: any;
  context: Context;
  /** Whether the answer is the first request's, sent again. */
  replayed: boolean;
  /** The record that the answer was replayed from: `id`, `claimedAtMs`, `expiresAtSeconds`, `requestId` of the first request. */
  record: IdempotencyRecord | undefined;
  /** Why the request was refused, with `code`, `retryable` and `recordId`. */
  error: IdempotencyError | undefined;
}

export type OnAnswer = (
  answer: HttpResponse,
  details: AnswerDetails,
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback that only changes the answer returns nothing
) => HttpResponse | undefined | void | Promise<HttpResponse | undefined | void>;

export const answerOptions = {
  /**
   * Shapes each HTTP answer that this middleware gives in the handler's place, replays and refusals, where no middleware around
   * the handler does: what it returns replaces the answer; `undefined` sends the one that it was given, changed or not. May be
   * asynchronous; one that throws, or gives no response, is told to `onEvent` as `callback-failed`, and the answer is sent as it was.
   *
   * ```ts
   * onAnswer: (answer) => ({ ...answer, headers: { ...answer.headers, 'access-control-allow-origin': 'https://shop.example' } })
   * ```
   * @default none
   */
  onAnswer: option<OnAnswer>(isFunction),
};

export interface AnswerOptions extends OptionsOf<typeof answerOptions> {}
