import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Stands in for a payment provider: takes its time and charges nobody, or asks the one at `PROVIDER_URL`. That one is handed the
 * idempotency key, so that a second call for the same payment doesn't charge twice.
 */
export const charge = async (amount: number, currency: string, idempotencyKey: string): Promise<void> => {
  await sleep(Number(process.env['PROVIDER_LATENCY_MS'] ?? 0));
  const url = process.env['PROVIDER_URL'];
  if (!url) return;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify({ amount, currency }),
  });
  if (!response.ok) throw new Error(`The payment provider answered ${response.status}.`);
};
