import * as v from 'valibot';
import { fields, text, wholeNumber } from '../shared/fields.ts';

const currency = 'expected three capital letters, like EUR';

/** Who pays what. */
export const paymentFields = {
  userId: text,
  /** In minor units: cents of a euro. */
  amount: wholeNumber(1_000_000_000),
  currency: v.pipe(v.string(currency), v.regex(/^[A-Z]{3}$/, currency)),
};

export const paymentSchema = fields({ orderId: text, ...paymentFields });

export type Payment = v.InferOutput<typeof paymentSchema>;
