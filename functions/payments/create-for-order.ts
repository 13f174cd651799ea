import middy from '@middy/core';
import { combine, fromBody, fromPath, type IdempotentContext, idempotencyKey } from '../idempotency/entries/main.ts';
import { emfMetrics } from '../idempotency/entries/metrics.ts';
import { type HttpEvent, type HttpResult, json } from '../shared/http.ts';
import { httpShell } from '../shared/http-shell.ts';
import { InvalidRequest } from '../shared/invalid-request.ts';
import { jsonBody } from '../shared/json-body.ts';
import { recordStore } from '../shared/record-store.ts';
import { type Valid, validRequest } from '../shared/valid-request.ts';
import { pay } from './payment.ts';
import { type Payment, paymentSchema } from './payment-schema.ts';

/** The path names the order; a body may name it again, but no other. */
const paymentOf = (event: HttpEvent): unknown => {
  const body = jsonBody(event);
  if (typeof body !== 'object' || body === null) return body;
  const orderId = event.pathParameters?.['orderId'];
  if ('orderId' in body && body.orderId !== orderId) {
    throw new InvalidRequest('orderId: the path and the body name different orders.');
  }
  return { ...body, orderId };
};

const createPaymentForOrder = async (
  { body: payment }: Valid<Payment>,
  { idempotency }: IdempotentContext,
): Promise<HttpResult> => json(201, await pay(payment, idempotency.deriveKey('payment'), idempotency.attempt));

/** Order and user name the operation; the route is part of the scope. The client sends no key. */
const payOrderOnce = middy(createPaymentForOrder).use(
  idempotencyKey({ key: combine(fromPath('orderId'), fromBody('userId')), store: recordStore, onEvent: emfMetrics() }),
);

export const handler = middy(payOrderOnce).use(httpShell()).use(validRequest(paymentSchema, paymentOf));
