import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { pay, paymentSchema } from '../../../functions/payments/payment.ts';
import { type HttpEvent, type HttpResult, json, jsonBody, validate } from '../../../functions/shared/http.ts';

/** The accident: what `POST /payments` would be without the middleware. For the demo only, in no stack. */
const createPayment = async (event: HttpEvent): Promise<HttpResult> => {
  const payment = validate(paymentSchema, jsonBody(event));
  return payment.valid ? json(201, await pay(payment.value, randomUUID(), 1)) : payment.response;
};

export const handler = middy(createPayment);
