import { checkOptions, hasMethods, isBoolean, isFunction, type OptionsOf, option } from '../base/options.ts';
import type { ClientBinding, SdkClient } from '../dynamodb/api/client-binding.ts';
import type { DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
import type { DynamoDBStore } from '../dynamodb/dynamodb-store.ts';
import { type WarmableOptions, warmableRules } from '../dynamodb/warm-up.ts';
import {
  type CommonOptions,
  commonOptions,
  type OperationOptions,
  operationOptions,
} from '../protocol/operation-options.ts';
import type { AnyResult, StoreResponse } from '../protocol/verdict.ts';
import type { AnyEvent, KeySource } from '../request/key/key.ts';
import type { Duplicate } from '../transaction/answer-refused.ts';
import { type AnswerOptions, answerOptions } from './on-answer.ts';

const { namespace, scope, fingerprint, retentionSeconds, toStore, encryption } = operationOptions;

const keyedOptions = {
  /**
   * Lets a request without a key pass; then only its unique constraints are checked.
   * @default false
   */
  optional: option<boolean>(isBoolean),
  /**
   * Looks for the answer of an earlier request before the handler runs. A repeat then costs half a read unit and no run, instead of a run
   * and the write units of a refused transaction; a first request takes one more round trip. Needs the action `dynamodb:GetItem`.
   * @default false
   */
  readFirst: option<boolean>(isBoolean),
  /** @default dynamoDBStore() */
  store: option<DynamoDBStore>(hasMethods('completedPut')),
};

export interface CommitOptions<TResult = AnyResult> extends AnswerOptions, CommonOptions {
  /**
   * Whether a response says that the request was done: `true` does the collected writes, and with a `key` remembers the response; `false`
   * and `'unknown'` write nothing. May be asynchronous. If it throws, the default decides, and there is an event `callback-failed`.
   * @default as for `idempotencyKey`
   */
  storeResponse?: StoreResponse<TResult>;
  /**
   * Decides the answer when an insert's primary key or a unique value is already taken. If it returns nothing to an HTTP request, the
   * default decides, and there is an event `callback-failed`.
   * @default the request is refused with `DUPLICATE`
   */
  onDuplicate?: (duplicate: Duplicate) => TResult | Promise<TResult>;
}

/** Without a key: a repeat is refused as a duplicate. */
export interface UnkeyedOptions<TResult = AnyResult> extends CommitOptions<TResult>, WarmableOptions {
  key?: never;
  /** @default one client per execution environment, see `dynamoDBStore` */
  client?: SdkClient | DynamoDBApi;
}

/** With a key: the writes and the remembered answer are one transaction, and a repeat gets the first answer. */
export interface KeyedOptions<TEvent = AnyEvent, TResult = AnyResult>
  extends CommitOptions<TResult>,
    OptionsOf<typeof keyedOptions>,
    Pick<
      OperationOptions<TEvent, TResult>,
      'namespace' | 'scope' | 'fingerprint' | 'retentionSeconds' | 'toStore' | 'encryption'
    > {
  /** What names the operation, for instance `fromHeader('Idempotency-Key')`. */
  key: KeySource<TEvent>;
}

export type UniqueIndexOptions<TEvent = AnyEvent, TResult = AnyResult> =
  | UnkeyedOptions<TResult>
  | KeyedOptions<TEvent, TResult>;

export const isKeyed = (options: UniqueIndexOptions): options is KeyedOptions => options.key !== undefined;

/** @throws {TypeError} that names the option that is unknown, wrong or without effect */
export const checkUniqueIndexOptions = (options: UniqueIndexOptions, { rule }: Pick<ClientBinding, 'rule'>): void => {
  const own = { key: isFunction, storeResponse: isFunction, onDuplicate: isFunction };
  const common = { ...own, ...answerOptions, ...commonOptions };
  if (isKeyed(options)) {
    const remembering = { namespace, scope, fingerprint, retentionSeconds, toStore, encryption };
    const checks = { ...common, ...keyedOptions, ...remembering };
    checkOptions<KeyedOptions>('uniqueIndex (with `key`)', options, checks);
  } else {
    checkOptions<UnkeyedOptions>('uniqueIndex (without `key`)', options, { ...common, client: rule, ...warmableRules });
  }
};
