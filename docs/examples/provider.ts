/** Stands in for a payment provider that honours idempotency keys. */
export const charges = new Set<string>();

export const chargeCard = async ({ idempotencyKey }: { idempotencyKey: string }): Promise<void> => {
  charges.add(idempotencyKey);
};
