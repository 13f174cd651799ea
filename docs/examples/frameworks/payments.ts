import type { Context } from 'aws-lambda';
import { currentOperation, makeIdempotent } from 'middy-idempotency';

export interface Payment {
  orderId: string;
  amount: number;
}

/** Your payment provider. */
export const charges: { amount: number; key?: string }[] = [];

/** What a route does; protected by what stands around the framework. */
export const pay = async ({ amount }: Payment) => {
  if (amount > 10_000) throw new Error('The provider does not answer.');
  charges.push({ amount });
  return { paymentId: crypto.randomUUID() };
};

/** Protected by itself, for a route that knows who asks. */
export const refundOnce = makeIdempotent(
  async (_userId: string, _key: string | undefined, { amount }: Payment, _context: Context | undefined) => {
    charges.push({ amount: -amount, key: currentOperation().deriveKey('refund') });
    return { refundId: crypto.randomUUID() };
  },
  {
    name: 'refund',
    key: (_userId, key) => key, // the header Idempotency-Key; without one it is refused, 400
    scope: (userId) => userId, // two users may send the same key
    fingerprint: (_userId, _key, refund) => refund,
  },
);
