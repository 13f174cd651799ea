import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { singleUseToken } from '../idempotency/entries/main.ts';
import { emfMetrics } from '../idempotency/entries/metrics.ts';
import { pay } from '../payments/payment.ts';
import { type Payment, paymentSchema } from '../payments/payment-schema.ts';
import { type HttpEvent, type HttpResult, json } from '../shared/http.ts';
import { httpShell } from '../shared/http-shell.ts';
import { jsonBody } from '../shared/json-body.ts';
import { recordStore } from '../shared/record-store.ts';
import { type Valid, validRequest } from '../shared/valid-request.ts';

/** `GET` carries the payment in the query, where every value is text. */
const paymentOf = (event: HttpEvent): unknown => {
  if (event.requestContext.http.method !== 'GET') return jsonBody(event);
  const { amount, ...fields } = event.queryStringParameters ?? {};
  return { ...fields, amount: amount && /^\d+$/.test(amount) ? Number(amount) : amount };
};

const payWithToken = async ({ body: payment }: Valid<Payment>): Promise<HttpResult> =>
  json(201, await pay(payment, randomUUID(), 1));

const payOncePerToken = middy(payWithToken).use(singleUseToken({ store: recordStore, onEvent: emfMetrics() }));

export const handler = middy(payOncePerToken).use(httpShell()).use(validRequest(paymentSchema, paymentOf));
