import { paymentFields } from '../payments/payment-schema.ts';
import { fields } from '../shared/fields.ts';

/** What is paid for names itself: the order is the checkout's own. */
export const checkoutSchema = fields(paymentFields);
