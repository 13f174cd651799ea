import { checkOptions, hasMethods, isBoolean, isFunction, type OptionsOf, option } from '../base/options.ts';
import type { ClientBinding, SdkClient } from '../dynamodb/api/client-binding.ts';
import type { DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
import type { DynamoDBStore } from '../dynamodb/dynamodb-store.ts';
import {
  type CommonOptions,
  commonOptions,
  type OperationOptions,
  operationOptions,
} from '../protocol/operation-options.ts';
import type { Decisions } from '../protocol/verdict.ts';
import type { KeySource } from '../request/key/key.ts';
import type { Duplicate } from '../transaction/answer-refused.ts';
import { type AnswerOptions, answerOptions } from './on-answer.ts';

const { namespace, scope, fingerprint, retentionSeconds } = operationOptions;

const commitOptions = {
  /**
   * Whether a response says that the request was done: `true` writes what the handler has collected, and with a `key` remembers the
   * response; `false` and `'unknown'` write nothing. May be asynchronous; one that throws leaves the decision to the default, and is told
   * to `onEvent` as `callback-failed`.
   * @default as for `idempotencyKey`
   */
  storeResponse: option<NonNullable<Decisions['storeResponse']>>(isFunction),
  /**
   * Decides the answer when an insert finds its primary key or a unique attribute taken.
   * @default refuses with `DUPLICATE`
   */
  onDuplicate: option<(duplicate: Duplicate) => unknown>(isFunction),
};

const keyedOptions = {
  /**
   * Lets a request without a key pass with unique inserts alone.
   * @default false
   */
  optional: option<boolean>(isBoolean),
  /** @default dynamoDBStore() */
  store: option<DynamoDBStore>(hasMethods('completedPut')),
};

export interface CommitOptions extends OptionsOf<typeof commitOptions>, AnswerOptions, CommonOptions {}

/** Unique inserts alone: a repeat is refused as a duplicate. */
export interface UnkeyedOptions extends CommitOptions {
  key?: never;
  /** @default one client per execution environment, see `dynamoDBStore` */
  client?: SdkClient | DynamoDBApi;
}

/** Unique inserts and a remembered answer, in one transaction: a repeat gets the first answer. */
export interface KeyedOptions
  extends CommitOptions,
    OptionsOf<typeof keyedOptions>,
    Pick<OperationOptions, 'namespace' | 'scope' | 'fingerprint' | 'retentionSeconds'> {
  /** What names the operation, for instance `fromHeader('Idempotency-Key')`. */
  key: KeySource;
}

export type UniqueIndexOptions = UnkeyedOptions | KeyedOptions;

export const isKeyed = (options: UniqueIndexOptions): options is KeyedOptions => options.key !== undefined;

/** @throws {TypeError} that names the option that is unknown, wrong or without effect */
export const checkUniqueIndexOptions = (options: UniqueIndexOptions, { rule }: ClientBinding): void => {
  const common = { key: isFunction, ...commitOptions, ...answerOptions, ...commonOptions };
  if (isKeyed(options)) {
    const checks = { ...common, ...keyedOptions, namespace, scope, fingerprint, retentionSeconds };
    checkOptions<KeyedOptions>('uniqueIndex (with `key`)', options, checks);
  } else {
    checkOptions<UnkeyedOptions>('uniqueIndex (without `key`)', options, { ...common, client: rule });
  }
};
