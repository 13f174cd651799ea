import type { Context } from 'aws-lambda';
import { idempotent } from 'middy-idempotency';

interface Order {
  id: string;
  amount: number;
}

export const charged: Order[] = [];

export class Billing {
  @idempotent({ name: 'Billing.charge', key: (order: Order) => order.id })
  async charge(order: Order, _context: Context) {
    charged.push(order);
  }
}
