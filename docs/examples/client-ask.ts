import { idempotentFetch, mapKeys } from 'middy-idempotency/client';

export const pay = idempotentFetch({
  keys: mapKeys(new Map()),
  ask: async ({ intention, signal }) => {
    const query = new URLSearchParams({ intention });
    const response = await fetch(`https://api.example.com/payments?${query}`, { signal, cache: 'no-store' });
    if (response.ok) return response; // it was done: this is the answer
    if (response.status === 404) return undefined; // it was not: it is sent under a new key
    throw new Error(`Nobody knows what came of ${intention}.`);
  },
});
