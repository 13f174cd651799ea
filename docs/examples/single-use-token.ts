import middy from '@middy/core';
import { dynamoDBStore, issueToken, principalOf, singleUseToken } from 'middy-idempotency';
import { pay } from './pay.ts';

const store = dynamoDBStore();

/** GET /token */
export const getToken = middy(async (event: unknown) => {
  const token = await issueToken(store, { scope: principalOf(event), ttlSeconds: 300 });
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { statusCode: 200, headers, body: JSON.stringify({ token }) };
});

/** POST /pay, with the token in the header or the query parameter `token` */
export const payOnce = middy(pay).use(singleUseToken({ retainResult: true }));
