import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type IdempotentContext, idempotencyKey } from 'middy-idempotency';
import { idempotentFetch } from 'middy-idempotency/client';

const pay = idempotentFetch({ giveUpAfterMs: 20_000 });

/** System A: takes an order, and pays for it at system B. Every run of one order calls B by the same key. */
const order = async (event: APIGatewayProxyEventV2, { idempotency }: IdempotentContext) => {
  const { orderId, amount } = JSON.parse(event.body ?? '{}');
  const payment = await pay('https://payments.example.com/payments', {
    key: idempotency.deriveKey('payment'),
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ orderId, amount }),
  });
  return { statusCode: payment.status, body: JSON.stringify({ orderId, payment: await payment.json() }) };
};

export const handler = middy(order).use(idempotencyKey());
