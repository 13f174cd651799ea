import { mapKeys, tokenFetch } from 'middy-idempotency/client';

const pay = tokenFetch({
  tokenUrl: 'https://api.example.com/token/getkey',
  payUrl: 'https://api.example.com/token/pay',
  keys: mapKeys(new Map()),
});

export const payByToken = (orderId: string, amount: number): Promise<Response> =>
  pay({
    intention: `pay order ${orderId}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ orderId, amount }),
  });
