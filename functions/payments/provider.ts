import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Stands in for a payment provider: takes its time and charges nobody. A real one would be handed the idempotency key, so that
 * a second call for the same payment doesn't charge twice.
 */
export const charge = async (_amount: number, _currency: string, _idempotencyKey: string): Promise<void> => {
  await sleep(Number(process.env['PROVIDER_LATENCY_MS'] ?? 0));
};
