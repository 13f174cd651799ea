import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  dynamoDBStore,
  fromHeader,
  type IdempotencyKeyOptions,
  type Table,
  type UniqueIndexOptions,
  type Writes,
} from '../../../functions/idempotency/entries/main.ts';

export const orders: Table = { tableName: 'orders', partitionKey: 'orderId', unique: ['orderNo'] };
export const stock: Table = { tableName: 'stock', partitionKey: 'sku' };
const records = 'records';

export const partitionKeys = { orders: 'orderId', stock: 'sku', [records]: 'id' };

export type CommonOptions = Required<Pick<IdempotencyKeyOptions, 'now' | 'onEvent'>>;

/** A handler's writes, of which every request of one operation makes the same ones. */
export interface WritingOperation {
  /** Whether repeats are answered, rather than refused as duplicates. */
  hasKey: boolean;
  options(client: DynamoDBDocumentClient, common: CommonOptions): UniqueIndexOptions;
  write(writes: Writes, execution: number): void;
}

const sell = (writes: Writes): void =>
  writes.update(
    stock,
    { sku: 'mouse' },
    {
      UpdateExpression: 'ADD #sold :one',
      ExpressionAttributeNames: { '#sold': 'sold' },
      ExpressionAttributeValues: { ':one': 1 },
    },
  );

const withKey = (client: DynamoDBDocumentClient, common: CommonOptions): UniqueIndexOptions => ({
  ...common,
  key: fromHeader('Idempotency-Key'),
  store: dynamoDBStore({ tableName: records, client }),
});

const withoutKey = (client: DynamoDBDocumentClient, common: CommonOptions): UniqueIndexOptions => ({
  ...common,
  client,
});

/** Nothing but the record makes these writes unique. */
export const remembered: WritingOperation = {
  hasKey: true,
  options: withKey,
  write: (writes, execution) => {
    writes.insert(orders, { orderId: `order-${execution}` });
    sell(writes);
  },
};

/** Both the record and the insert refuse a repeat: the record decides. */
export const rememberedInsert: WritingOperation = {
  hasKey: true,
  options: withKey,
  write: (writes, execution) => {
    writes.insert(orders, { orderId: 'order', execution });
    sell(writes);
  },
};

export const insertByKey: WritingOperation = {
  hasKey: false,
  options: withoutKey,
  write: (writes, execution) => {
    writes.insert(orders, { orderId: 'order', execution });
    sell(writes);
  },
};

export const insertByUniqueAttribute: WritingOperation = {
  hasKey: false,
  options: withoutKey,
  write: (writes, execution) => {
    writes.insert(orders, { orderId: `order-${execution}`, orderNo: 'A' });
    sell(writes);
  },
};

/** The one that needs no transaction. */
export const singleInsert: WritingOperation = {
  hasKey: false,
  options: withoutKey,
  write: (writes, execution) => writes.insert(orders, { orderId: 'order', execution }),
};
