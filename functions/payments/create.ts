import middy from '@middy/core';
import { type IdempotentContext, idempotencyKey } from '../idempotency/entries/main.ts';
import { emfMetrics } from '../idempotency/entries/metrics.ts';
import { type HttpResult, json } from '../shared/http.ts';
import { httpShell } from '../shared/http-shell.ts';
import { recordStore } from '../shared/record-store.ts';
import { type Valid, validRequest } from '../shared/valid-request.ts';
import { pay } from './payment.ts';
import { type Payment, paymentSchema } from './payment-schema.ts';

const createPayment = async (
  { body: payment }: Valid<Payment>,
  { idempotency }: IdempotentContext,
): Promise<HttpResult> => json(201, await pay(payment, idempotency.deriveKey('payment'), idempotency.attempt));

const payOnce = middy(createPayment).use(idempotencyKey({ store: recordStore, onEvent: emfMetrics() }));

export const handler = middy(payOnce).use(httpShell()).use(validRequest(paymentSchema));
