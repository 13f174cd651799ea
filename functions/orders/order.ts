import * as v from 'valibot';
import type { Table } from '../idempotency/entries/main.ts';
import { requiredEnvironment } from '../shared/environment.ts';
import { fields, text, wholeNumber } from '../shared/fields.ts';

const item = fields({ sku: text, quantity: wholeNumber(1_000_000) });

export const orderSchema = fields({
  orderNo: text,
  userId: text,
  items: v.pipe(
    // The length first: each item of a long list has faults of its own.
    v.array(v.unknown(), 'expected a list'),
    v.minLength(1, 'expected at least one item'),
    v.maxLength(50, 'expected at most 50 items'),
    v.array(item),
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
