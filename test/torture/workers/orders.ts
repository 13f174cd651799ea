import type { Table, Writes } from '../../../functions/idempotency/entries/main.ts';
import type { Tables } from './messages.ts';

export const stockItem = 'widget';

const one = {
  UpdateExpression: 'SET available = available - :one',
  ConditionExpression: 'available >= :one',
  ExpressionAttributeValues: { ':one': 1 },
};

/** What the handlers under `uniqueIndex` write. The id of an item tells who made it. */
export const orderWrites = (tables: Tables) => {
  const orders: Table = { tableName: tables.orders, partitionKey: 'orderId', unique: ['orderNo'] };
  const stock: Table = { tableName: tables.stock, partitionKey: 'sku' };
  return {
    /** An item with a unique attribute, and an update in the same transaction. */
    order: (writes: Writes, operation: string, run: string): void => {
      writes.insert(orders, { orderId: run, orderNo: operation });
      writes.update(stock, { sku: stockItem }, one);
    },
    /** One insert, whose primary key is what must be new. */
    single: (writes: Writes, operation: string, run: string): void => {
      writes.insert(orders, { orderId: operation, run });
    },
  };
};
