import type { MiddlewareObj } from '@middy/core';
import { checkOptions, isBoolean, isFunction, isOneOf } from '../base/option-rules.ts';
import type { IdempotentContext } from '../protocol/context.ts';
import type { KeySource } from '../request/key/key.ts';
import { guard } from './guard.ts';
import { operationByKey } from './keyed-operation.ts';
import {
  type OpenStore,
  type OperationOptions,
  operationRules,
  resolveExecutionSettings,
  resolveGuardSettings,
} from './options.ts';

export interface IdempotencyKeyOptions extends OperationOptions {
  /**
   * What names the operation.
   * @default HTTP: the header `Idempotency-Key`; a single record of SQS, SNS, Kinesis, DynamoDB Streams or S3, and an EventBridge
   * event: the id that the service gave it; Step Functions: execution id and task token; anything else must have a `key`
   */
  key?: KeySource;
  /**
   * Lets a request without a key pass unguarded instead of refusing it.
   * @default false
   */
  optional?: boolean;
  /**
   * What to do when the store can't be reached: refuse with 503, or run the handler unprotected.
   * @default 'refuse'
   */
  onStoreUnavailable?: 'refuse' | 'run';
}

export interface IdempotencyKey {
  /**
   * Runs the handler once per idempotency key. A repeat gets the first answer; a repeat of one that is still running gets 409; one
   * whose handler failed runs again.
   *
   * Use it first, so that what it remembers is the response as it leaves the function. A response that is a stream can't be remembered:
   * a repeat of it doesn't run, and gets 409 `RESULT_UNAVAILABLE`.
   *
   * @throws {TypeError} at load, when an option is unknown or wrong or no table is named
   * @throws {IdempotencyError} per request, when it isn't an HTTP request: `ILLEGAL_ARGUMENT`, `IN_PROGRESS`, `PAYLOAD_MISMATCH`,
   * `OUTCOME_UNKNOWN`, `RESULT_UNAVAILABLE`, `STORE_UNAVAILABLE`. HTTP requests are answered with these as problem details.
   * @see draft-ietf-httpapi-idempotency-key-header-07
   */
  (options?: IdempotencyKeyOptions): MiddlewareObj<unknown, unknown, Error, IdempotentContext>;
}

export const idempotencyKeyOn =
  (openStore: OpenStore): IdempotencyKey =>
  (options = {}) => {
    checkOptions('idempotencyKey', options, {
      key: isFunction,
      optional: isBoolean,
      onStoreUnavailable: isOneOf('refuse', 'run'),
      ...operationRules,
    });
    const { key, optional, onStoreUnavailable = 'refuse' } = options;
    return guard({
      ...resolveExecutionSettings(options, openStore, {
        subject: 'Idempotency-Key',
        from: 'absent',
        onStoreUnavailable,
      }),
      ...resolveGuardSettings(options),
      describe: operationByKey({ ...options, key, optional }),
    });
  };
