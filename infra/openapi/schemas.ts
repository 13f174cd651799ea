import { checkoutSchema } from '../../functions/checkouts/checkout-schema.ts';
import type { OpenApiSchema } from '../../functions/idempotency/entries/openapi.ts';
import { orderSchema } from '../../functions/orders/order.ts';
import { paymentFields, paymentSchema } from '../../functions/payments/payment-schema.ts';
import { fields } from '../../functions/shared/fields.ts';
import { jsonSchemaOf } from './json-schema.ts';

const id = { type: 'string', minLength: 1 };
const time = { type: 'string', pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$` };

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** A stored thing: what was asked for, and what it got. */
const stored = (name: string, own: Readonly<Record<string, OpenApiSchema>>): OpenApiSchema => ({
  allOf: [ref(name)],
  type: 'object',
  required: Object.keys(own),
  properties: own,
});

const problem = {
  description: 'Problem details of RFC 9457.',
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { const: 'about:blank' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
  },
};

export const schemas: Readonly<Record<string, OpenApiSchema>> = {
  NewPayment: jsonSchemaOf(paymentSchema),
  Payment: stored('NewPayment', { paymentId: id, attempt: { type: 'integer', minimum: 1 }, createdAt: time }),
  /** Of an order that the path names. */
  NewOrderPayment: jsonSchemaOf(fields(paymentFields)),
  NewOrder: jsonSchemaOf(orderSchema),
  Order: stored('NewOrder', { orderId: id, createdAt: time }),
  NewCheckout: jsonSchemaOf(checkoutSchema),
  Checkout: stored('NewCheckout', { checkoutId: id, paymentId: id }),
  Token: {
    type: 'object',
    required: ['token', 'expiresInSeconds'],
    properties: { token: id, expiresInSeconds: { type: 'integer', minimum: 1 } },
  },
  Problem: problem,
  GatewayMessage: {
    description: 'Of API Gateway, before or in place of a function’s answer.',
    type: 'object',
    required: ['message'],
    properties: { message: { type: 'string' } },
  },
};
