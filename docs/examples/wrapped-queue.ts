import type { Context } from 'aws-lambda';
import { currentOperation, makeIdempotent } from 'middy-idempotency';
import PQueue from 'p-queue';
import { cards } from './card-provider.ts';

interface Order {
  orderId: string;
  amount: number;
}

const oneAtATime = new PQueue({ concurrency: 1 });

export const charge = makeIdempotent(
  async (order: Order, _context: Context) => {
    const idempotencyKey = currentOperation().deriveKey('charge'); // not in the queue: it runs this in another call's operation
    await oneAtATime.add(() => cards.charge({ ...order, idempotencyKey }));
    return { charged: order.orderId };
  },
  { name: 'charge', key: ({ orderId }) => orderId },
);
