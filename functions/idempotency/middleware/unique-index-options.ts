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
import type { KeySource } from '../request/key/key.ts';
import type { Duplicate } from '../transaction/answer-refused.ts';

const { namespace, scope, fingerprint, retentionSeconds } = operationOptions;

const commitOptions = {
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

export interface CommitOptions extends OptionsOf<typeof commitOptions>, CommonOptions {}

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
  const common = { key: isFunction, ...commitOptions, ...commonOptions };
  if (isKeyed(options)) {
    const checks = { ...common, ...keyedOptions, namespace, scope, fingerprint, retentionSeconds };
    checkOptions<KeyedOptions>('uniqueIndex (with `key`)', options, checks);
  } else {
    checkOptions<UnkeyedOptions>('uniqueIndex (without `key`)', options, { ...common, client: rule });
  }
};
