import middy from '@middy/core';
import { dynamoDBStore, fromBody, issueToken, principalOf, singleUseToken } from 'middy-idempotency';
import { pay } from './pay.ts';

const store = dynamoDBStore();

/** GET /orders/{orderId}/checkout: the page with the form, which has the token in a hidden field. */
export const checkout = middy(async (event: { pathParameters: { orderId: string } }) => {
  const { orderId } = event.pathParameters;
  const token = await issueToken(store, { scope: principalOf(event), bindTo: [orderId], ttlSeconds: 900 });
  return { statusCode: 200, headers: { 'cache-control': 'no-store' }, body: JSON.stringify({ orderId, token }) };
});

/** POST /pay: the token is good for this caller and this order, once. */
export const payOrder = middy(pay).use(singleUseToken({ token: fromBody('token'), bindTo: fromBody('orderId') }));
