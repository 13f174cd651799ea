import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { IdempotencyRecord } from '../../../functions/idempotency/record/record.ts';
import { decodedAnswer } from '../../operator/records/answer.ts';
import type { ChargeView, GuardView, OrderView, PaymentView, RecordView, StockView, Tables } from './protocol.ts';
import type { RecordSource } from './record-source.ts';
import { type Item, scanTable } from './scan-table.ts';
import type { TableNames } from './store-call.ts';

const shown = 40;
const shownLength = 240;

/** What is in the tables now, the newest first. */
export async function readTables(
  client: DynamoDBClient,
  names: TableNames,
  source: RecordSource,
  charges: ChargeView[],
): Promise<Tables> {
  const [records, payments, orderItems, stock] = await Promise.all([
    source.records(),
    scanTable(client, names.Payments),
    scanTable(client, names.Orders),
    scanTable(client, names.Stock),
  ]);
  const items = (found: Item[]) => found.map((item) => unmarshall(item));
  const orders = items(orderItems);
  // The items that guard unique values lie in the same table.
  const guards = orders.filter(({ orderNo }) => orderNo === undefined);
  const lists = {
    records: records.map(recordView).sort(by(({ claimedAtMs = 0 }) => claimedAtMs)),
    payments: items(payments)
      .map(paymentView)
      .sort(by(({ createdAt }) => Date.parse(createdAt))),
    charges: [...charges].sort(by(({ atMs }) => atMs)),
    orders: orders
      .filter(({ orderNo }) => orderNo !== undefined)
      .map(orderView)
      .sort(by(({ createdAt }) => Date.parse(createdAt))),
    guards: guards
      .map((item): GuardView => ({ id: String(item['orderId']), guards: guarded(item) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
  return {
    records: lists.records.slice(0, shown),
    payments: lists.payments.slice(0, shown),
    charges: lists.charges.slice(0, shown),
    orders: lists.orders.slice(0, shown),
    guards: lists.guards.slice(0, shown),
    stock: items(stock)
      .map(({ sku, available }): StockView => ({ sku: String(sku), available: Number(available) }))
      .sort((a, b) => (a.sku < b.sku ? -1 : 1)),
    totals: {
      records: lists.records.length,
      payments: lists.payments.length,
      charges: lists.charges.length,
      orders: lists.orders.length,
      guards: lists.guards.length,
    },
  };
}

type Fields = Record<string, unknown>;

function by<Value>(newness: (value: Value) => number) {
  return (a: Value, b: Value): number => newness(b) - newness(a);
}

// The engine gives attributes in any order, and other programs may have written others.
function paymentView({ paymentId, orderId, userId, amount, currency, attempt, createdAt }: Fields): PaymentView {
  return {
    paymentId: String(paymentId),
    orderId: String(orderId),
    userId: String(userId),
    amount: Number(amount),
    currency: String(currency),
    attempt: Number(attempt),
    createdAt: String(createdAt),
  };
}

function orderView({ orderId, orderNo, userId, createdAt }: Fields): OrderView {
  return { orderId: String(orderId), orderNo: String(orderNo), userId: String(userId), createdAt: String(createdAt) };
}

function recordView(record: IdempotencyRecord): RecordView {
  const { id, status, owner, attempt, previous, claimedAtMs, leaseExpiresAtMs, expiresAtSeconds } = record;
  const answer = answerText(record);
  return {
    id,
    // Without what the CDK puts behind a function's name.
    operation: (id.split('#')[0] ?? id).replace(/[0-9A-F]{8}$/, ''),
    status,
    ...(owner !== undefined && { owner }),
    ...(attempt !== undefined && { attempt }),
    ...(previous !== undefined && { previous }),
    ...(claimedAtMs !== undefined && { claimedAtMs }),
    ...(leaseExpiresAtMs !== undefined && status === 'IN_PROGRESS' && { leaseExpiresAtMs }),
    ...(Number.isFinite(expiresAtSeconds) && { expiresAtSeconds }),
    ...(answer !== undefined && { answer }),
  };
}

function answerText(record: IdempotencyRecord): string | undefined {
  const outcome = decodedAnswer({ record });
  if (!outcome || outcome.thrown) return undefined;
  const { statusCode, body } = (outcome.value ?? {}) as { statusCode?: number; body?: string };
  const text = statusCode === undefined ? JSON.stringify(outcome.value) : `${statusCode} ${body ?? ''}`;
  return text.slice(0, shownLength);
}

function guarded({ uniqueAttributes, uniqueOf }: Record<string, unknown>): string {
  const names = uniqueAttributes instanceof Set ? [...uniqueAttributes] : [uniqueAttributes].flat();
  const { orderId } = (uniqueOf ?? {}) as { orderId?: string };
  return `${names.join(' + ')} of order ${orderId ?? '?'}`;
}
