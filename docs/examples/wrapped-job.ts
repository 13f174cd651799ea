import type { Context, ScheduledEvent } from 'aws-lambda';
import { currentOperation, makeIdempotent } from 'middy-idempotency';
import { cards } from './card-provider.ts';

interface Subscription {
  id: string;
  amount: number;
}

const renew = makeIdempotent(
  async ({ id, amount }: Subscription, month: string, _context: Context) => {
    await cards.charge({ orderId: `${id} ${month}`, amount, idempotencyKey: currentOperation().deriveKey('charge') });
    return { id, paidFor: month };
  },
  { name: 'renew', key: ({ id }, month) => [id, month] },
);

export const handler = async (event: ScheduledEvent, context: Context) =>
  Promise.all(subscriptions.map((subscription) => renew(subscription, event.time.slice(0, 7), context)));

const subscriptions: readonly Subscription[] = [
  { id: 's-1', amount: 900 },
  { id: 's-2', amount: 1900 },
];
