import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { singleUseToken } from '../idempotency/entries/main.ts';
import { pay, paymentSchema } from '../payments/payment.ts';
import { type HttpEvent, type HttpResult, json, jsonBody, validate } from '../shared/http.ts';

/** `GET` carries the payment in the query, where every value is text. */
const paymentOf = (event: HttpEvent): unknown => {
  if (event.requestContext.http.method !== 'GET') return jsonBody(event);
  const { amount, ...fields } = event.queryStringParameters ?? {};
  return { ...fields, amount: amount === undefined ? undefined : Number(amount) };
};

const payWithToken = async (event: HttpEvent): Promise<HttpResult> => {
  const payment = validate(paymentSchema, paymentOf(event));
  return payment.valid ? json(201, await pay(payment.value, randomUUID(), 1)) : payment.response;
};

export const handler = middy(payWithToken).use(singleUseToken());
