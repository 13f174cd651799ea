import { fileKeys, idempotentFetch } from 'middy-idempotency/client';

const send = idempotentFetch({ keys: fileKeys(process.env['KEYS_FOLDER'] ?? '/var/lib/shop/keys') });

/** Called again for the same order, by this process or the next one, it goes on with the same key, and gets the same answer. */
export const payOrder = (orderId: string, amount: number): Promise<Response> =>
  send('https://api.example.com/payments', {
    intention: `pay order ${orderId}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ orderId, amount }),
  });
