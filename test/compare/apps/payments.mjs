import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** What every API of the comparison does: it takes its time, fails on demand, and counts what it has done. */
export const createPayments = () => {
  let effects = 0;
  return {
    count: () => effects,
    pay: async (headers) => {
      await sleep(Number(headers['x-slow'] ?? 30));
      if (headers['x-fail']) throw new Error('The provider does not answer.');
      effects += 1;
      return { paymentId: randomUUID() };
    },
  };
};

export const cookie = 'session=first; Path=/';

export const origin = 'https://shop.example.com';

export const crossOrigin = {
  'access-control-allow-origin': origin,
  'access-control-allow-headers': 'content-type,idempotency-key,authorization',
  'access-control-expose-headers': 'idempotent-replayed,retry-after',
};
