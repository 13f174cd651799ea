import * as v from 'valibot';
import type { Table } from '../idempotency/entries/main.ts';
import { requiredEnvironment } from '../shared/environment.ts';

const text = v.pipe(v.string(), v.nonEmpty('Expected some text'));

export const orderSchema = v.object({
  orderNo: text,
  userId: text,
  items: v.pipe(
    v.array(v.object({ sku: text, quantity: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) })),
    v.minLength(1),
    v.maxLength(50),
  ),
});

export type Order = v.InferOutput<typeof orderSchema>;

/** No two orders share a number. */
export const ordersTable = (): Table => ({
  tableName: requiredEnvironment('ORDERS_TABLE'),
  partitionKey: 'orderId',
  unique: ['orderNo'],
});

/** How much of each article an order takes: an article may be listed twice, but be written only once in a transaction. */
export const quantities = ({ items }: Order): Map<string, number> => {
  const totals = new Map<string, number>();
  for (const { sku, quantity } of items) totals.set(sku, (totals.get(sku) ?? 0) + quantity);
  return totals;
};
