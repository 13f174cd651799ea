import type { DurableContext } from '@aws/durable-execution-sdk-js';
import middy from '@middy/core';
import { executionModeDurableContext } from '@middy/core/executionModeDurableContext';
import { type IdempotentContext, idempotencyKey } from 'middy-idempotency';
import { cards } from './card-provider.ts';

interface Order {
  id: string;
  amount: number;
}

type Context = DurableContext & IdempotentContext;

const pay = async ({ id: orderId, amount }: Order, context: Context) => {
  const idempotencyKey = context.idempotency.deriveKey('charge');
  await context.step('charge', () => cards.charge({ orderId, amount, idempotencyKey }));
  await context.wait('cooling-off', { seconds: 1 }); // days, in earnest: meanwhile nothing runs, and the claim is held
  return { paid: orderId };
};

export const handler = middy(pay, { executionMode: executionModeDurableContext, timeoutEarlyInMillis: 0 }).use(
  idempotencyKey({ key: (order: Order) => order.id, leaseMs: 30 * 86_400_000 }), // the function's ExecutionTimeout
);
