import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type IdempotentContext, idempotencyKey } from 'middy-idempotency';
import { cards } from './card-provider.ts';

/** A queue that drops what it has seen by this id, as SQS FIFO does for five minutes. */
export const receipts = {
  send: async (_message: { orderId: string; deduplicationId: string }): Promise<void> => undefined,
};

/** A partner that takes no keys, but can be asked. */
export const parcels = {
  has: async (_orderId: string): Promise<boolean> => false,
  order: async (_orderId: string) => {},
};

const buy = async (event: APIGatewayProxyEventV2, { idempotency }: IdempotentContext) => {
  const { orderId, amount } = JSON.parse(event.body ?? '{}');
  await cards.charge({ orderId, amount, idempotencyKey: idempotency.deriveKey('charge') });
  await receipts.send({ orderId, deduplicationId: idempotency.deriveKey('receipt') });
  const done = idempotency.previous === 'crashed' && (await parcels.has(orderId)); // it may have got this far
  if (!done) await parcels.order(orderId);
  return { statusCode: 201, body: JSON.stringify({ orderId }) };
};

const noAnswer = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';

export const handler = middy(buy).use(
  idempotencyKey({ keepErrors: (error) => noAnswer(error) && 'unknown' }), // as if crashed: the partner may have done it
);
