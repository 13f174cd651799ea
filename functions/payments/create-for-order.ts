import middy from '@middy/core';
import { combine, fromBody, fromPath, type IdempotentContext, idempotencyKey } from '../idempotency/entries/main.ts';
import { type HttpEvent, type HttpResult, json, jsonBody, validate } from '../shared/http.ts';
import { pay, paymentSchema } from './payment.ts';

const createPaymentForOrder = async (event: HttpEvent, { idempotency }: IdempotentContext): Promise<HttpResult> => {
  const body = jsonBody(event);
  const orderId = event.pathParameters?.['orderId'];
  const payment = validate(paymentSchema, typeof body === 'object' ? { ...body, orderId } : body);
  if (!payment.valid) return payment.response;
  return json(201, await pay(payment.value, idempotency.deriveKey('payment'), idempotency.attempt));
};

/** Order and user name the operation; the route is part of the scope. The client sends no key. */
export const handler = middy(createPaymentForOrder).use(
  idempotencyKey({ key: combine(fromPath('orderId'), fromBody('userId')) }),
);
