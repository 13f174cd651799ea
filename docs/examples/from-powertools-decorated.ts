import { idempotent } from 'middy-idempotency';
import { powertoolsRecords } from 'middy-idempotency/powertools';

interface Order {
  id: string;
  amount: number;
}

const tableName = process.env['IDEMPOTENCY_TABLE'] ?? 'payments-idempotency';
const records = powertoolsRecords({ tableName, eventKeyJmesPath: 'id', payloadValidationJmesPath: 'amount' });

export class Billing {
  @idempotent({
    name: 'Billing.refund',
    store: records.store,
    key: (_userId: string, order: Order) => records.key(order), // dataIndexArgument: 1
    fingerprint: (_userId: string, order: Order) => records.fingerprint(order),
    leaseMs: 30_000, // instead of registerLambdaContext
  })
  async refund(userId: string, { id, amount }: Order) {
    return { refunded: id, amount, to: userId };
  }
}
