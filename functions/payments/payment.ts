import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { database } from '../shared/database.ts';
import { requiredEnvironment } from '../shared/environment.ts';
import type { Payment } from './payment-schema.ts';
import { charge } from './provider.ts';

export interface RecordedPayment extends Payment {
  paymentId: string;
  attempt: number;
  createdAt: string;
}

const tableName = requiredEnvironment('PAYMENTS_TABLE');

/** Charges the card and records the payment. The same `paymentId` again charges nothing more and leaves one payment. */
export const pay = async (payment: Payment, paymentId: string, attempt: number): Promise<RecordedPayment> => {
  await charge(payment.amount, payment.currency, paymentId);
  const recorded = { paymentId, ...payment, attempt, createdAt: new Date().toISOString() };
  await database.send(new PutCommand({ TableName: tableName, Item: recorded }));
  return recorded;
};
