import type { Context } from 'aws-lambda';
import type { ClientBinding } from '../dynamodb/api/client-binding.ts';
import type { DynamoDBStore } from '../dynamodb/dynamodb-store.ts';
import { openWarm } from '../dynamodb/warm-up.ts';
import { isDisabled } from '../protocol/disabled.ts';
import { reporter } from '../protocol/event.ts';
import { checkSealable, defaultRetentionSeconds } from '../protocol/settings.ts';
import type { AnyResult } from '../protocol/verdict.ts';
import type { AnyEvent } from '../request/key/key.ts';
import { createCommitter } from '../transaction/committer.ts';
import { createAnswers } from './answers.ts';
import { commitWrites } from './commit-writes.ts';
import { operationByKey } from './keyed-operation.ts';
import type { MiddlewareFor } from './middleware.ts';
import {
  checkUniqueIndexOptions,
  isKeyed,
  type KeyedOptions,
  type UniqueIndexOptions,
} from './unique-index-options.ts';

export interface UniqueIndex {
  /**
   * Gives the handler `context.writes`, and does the collected writes when the handler has returned: all in one transaction, each insert
   * only if its item is new, and every write only if it respects the unique constraints of its table. So effects in DynamoDB happen exactly
   * once, updates included. If the handler throws, or answers that it failed (500 and above) or did not act (400, 422 and the like),
   * nothing is written.
   *
   * @throws {TypeError} at load, when an option is unknown, wrong or without effect, or no table name is set
   * @throws {IdempotencyError} per request, when it isn't an HTTP request: `DUPLICATE`, `CONDITION_FAILED`, `STORE_UNAVAILABLE`, without
   * `key` also `OUTCOME_UNKNOWN`, with `key` `ILLEGAL_ARGUMENT`, `IN_PROGRESS`, `PAYLOAD_MISMATCH`, `RESULT_UNAVAILABLE`
   *
   * @example
   * ```ts
   * const orders = { tableName: 'orders', partitionKey: 'orderId', unique: ['orderNo'] };
   * const handler = middy(async (order: Order, { writes }: WritesContext) => {
   *   writes.insert(orders, { ...order });
   *   return { statusCode: 201 };
   * }).use(uniqueIndex());
   * ```
   */
  <TEvent = AnyEvent, TResult = AnyResult, TContext extends Context = Context>(
    options?: UniqueIndexOptions<NoInfer<TEvent>, NoInfer<TResult>>,
  ): MiddlewareFor<TEvent, TContext>;
}

export const uniqueIndexOn =
  (openDefaultStore: () => DynamoDBStore, binding: ClientBinding): UniqueIndex =>
  (options: UniqueIndexOptions = {}) => {
    checkUniqueIndexOptions(options, binding);
    const { now = Date.now, onDuplicate, storeResponse } = options;
    const report = reporter(options);
    const remembers = isKeyed(options) && !isDisabled();
    const store = remembers ? (options.store ?? openDefaultStore()) : undefined;
    const client =
      store?.client ??
      (isKeyed(options) ? binding.open(options.store?.client) : openWarm(binding, options.client, options));
    const {
      encryption,
      toStore,
      readFirst = false,
      retentionSeconds = defaultRetentionSeconds,
    }: Partial<KeyedOptions> = remembers ? options : {};
    checkSealable(store, encryption);
    return commitWrites({
      describe: isKeyed(options) ? operationByKey(options) : undefined,
      store,
      client,
      committer: createCommitter({ client, retentionSeconds, encryption, onDuplicate, now, report }),
      readFirst,
      decisions: { storeResponse, toStore },
      answers: createAnswers(options.onAnswer, { report }),
      report,
      now,
    });
  };
