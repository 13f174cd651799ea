import { type ChecksOf, checkOptions, isFunction, type OptionsOf, option } from '../base/options.ts';
import {
  type OperationOptions,
  type OptionsFor,
  operationOptions,
  unguardedOptions,
} from '../protocol/operation-options.ts';
import type { AnyResult } from '../protocol/verdict.ts';
import type { AnyEvent, KeySource } from '../request/key/key.ts';
import { type AnswerOptions, answerOptions } from './on-answer.ts';

const ownOptions = {
  /**
   * Names the operation.
   * @default HTTP: the header `Idempotency-Key`; an event of one record of SQS, SNS, EventBridge Pipes, Kinesis,
   * DynamoDB Streams, Kafka, Amazon MQ, S3 or SES, and an event of EventBridge, CloudFormation (custom resources) or Step Functions
   * (context object): the id that the service gave it; anything else must have a `key`
   */
  key: option<KeySource>(isFunction),
  ...unguardedOptions,
};

export interface IdempotencyKeyOptions<TEvent = AnyEvent, TResult = AnyResult>
  extends OperationOptions<TEvent, TResult>,
    AnswerOptions,
    OptionsOf<typeof unguardedOptions>,
    OptionsFor<typeof ownOptions, TEvent> {}

const checks: ChecksOf<IdempotencyKeyOptions> = { ...ownOptions, ...answerOptions, ...operationOptions };

/** @throws {TypeError} that names the option that is unknown or wrong */
export const checkKeyOptions = (options: IdempotencyKeyOptions): void =>
  checkOptions<IdempotencyKeyOptions>('idempotencyKey', options, checks);
