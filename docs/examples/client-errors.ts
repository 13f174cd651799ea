import { ClientError } from 'middy-idempotency/client';
import { payOrder } from './client.ts';

export const tellOf = async (orderId: string, amount: number): Promise<string> => {
  try {
    const response = await payOrder(orderId, amount);
    return response.ok ? 'paid' : `not paid: ${response.status}`;
  } catch (error) {
    if (!ClientError.is(error)) throw error;
    if (error.outcome !== 'unknown') return error.outcome === 'done' ? 'paid' : 'not paid';
    return `ask about ${error.key}`;
  }
};
