import type { TransactWriteItem, TransactWriteItemsInput } from '@aws-sdk/client-dynamodb';
import { retryUntil } from '../../base/retry.ts';
import { uniqueId } from '../../base/unique-id.ts';
import type { DynamoDBApi } from '../../dynamodb/api/dynamodb-api.ts';
import { toStoreError } from '../../dynamodb/dynamodb-error.ts';
import { StoreError } from '../../record/store.ts';
import type { Attributes } from '../attributes.ts';
import { cancellationReasons, isTransient } from '../cancellation.ts';

const patienceMs = 30_000;

/** What an audit asks of DynamoDB. */
export interface AuditDatabase {
  find(tableName: string, key: Attributes): Promise<Attributes | undefined>;
  /** Does all or nothing; `false` when a condition didn't hold. */
  transact(items: TransactWriteItem[]): Promise<boolean>;
}

export const auditDatabase = (client: DynamoDBApi): AuditDatabase => {
  const find: AuditDatabase['find'] = async (TableName, Key) =>
    (await client.getItem({ TableName, Key, ConsistentRead: true })).Item;

  const tryOnce = async (input: TransactWriteItemsInput, abortSignal: AbortSignal): Promise<boolean> => {
    try {
      await client.transactWriteItems(input, { abortSignal });
      return true;
    } catch (error) {
      const reasons = cancellationReasons(error);
      if (reasons && !reasons.some(isTransient)) return false;
      const { message, retryable } = toStoreError(error, 'TransactWriteItems', 'a guard and its item');
      throw new StoreError(message, { retryable: reasons !== undefined || retryable, cause: error });
    }
  };

  const transact: AuditDatabase['transact'] = (TransactItems) => {
    const input = { TransactItems, ClientRequestToken: uniqueId() };
    return retryUntil((signal) => tryOnce(input, signal), {
      deadlineMs: Date.now() + patienceMs,
      now: Date.now,
      isRetryable: (error) => StoreError.is(error) && error.retryable,
    });
  };

  return { find, transact };
};
