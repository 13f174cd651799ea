export interface Charge {
  orderId: string;
  amount: number;
  idempotencyKey: string;
}

/** Your payment provider. */
export const cards = {
  charge: async (_charge: Charge): Promise<void> => undefined,
};
