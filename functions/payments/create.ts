import middy from '@middy/core';
import { type IdempotentContext, idempotencyKey } from '../idempotency/entries/main.ts';
import { type HttpEvent, type HttpResult, json, jsonBody, validate } from '../shared/http.ts';
import { pay, paymentSchema } from './payment.ts';

const createPayment = async (event: HttpEvent, { idempotency }: IdempotentContext): Promise<HttpResult> => {
  const payment = validate(paymentSchema, jsonBody(event));
  if (!payment.valid) return payment.response;
  return json(201, await pay(payment.value, idempotency.deriveKey('payment'), idempotency.attempt));
};

export const handler = middy(createPayment).use(idempotencyKey());
