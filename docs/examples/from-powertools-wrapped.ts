import type { Context } from 'aws-lambda';
import { currentOperation, makeIdempotent } from 'middy-idempotency';
import { powertoolsRecords } from 'middy-idempotency/powertools';
import { cards } from './card-provider.ts';

interface Order {
  id: string;
  amount: number;
}

const tableName = process.env['IDEMPOTENCY_TABLE'] ?? 'payments-idempotency';

export const charge = makeIdempotent(
  async ({ id: orderId, amount }: Order, _context: Context) => {
    await cards.charge({ orderId, amount, idempotencyKey: currentOperation().deriveKey('charge') });
    return { paid: orderId };
  },
  {
    name: 'charge', // must be there, and is no part of these records' ids
    ...powertoolsRecords({ tableName, eventKeyJmesPath: 'id', keyPrefix: 'charge' }),
    retentionSeconds: 3600, // expiresAfterSeconds
  },
);
