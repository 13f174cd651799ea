import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { pay } from '../../../functions/payments/payment.ts';
import { type Payment, paymentSchema } from '../../../functions/payments/payment-schema.ts';
import { type HttpResult, json } from '../../../functions/shared/http.ts';
import { httpShell } from '../../../functions/shared/http-shell.ts';
import { type Valid, validRequest } from '../../../functions/shared/valid-request.ts';

/** The accident: what `POST /payments` would be without the middleware. On this machine only, in no stack. */
const createPayment = async ({ body: payment }: Valid<Payment>): Promise<HttpResult> =>
  json(201, await pay(payment, randomUUID(), 1));

export const handler = middy(createPayment).use(httpShell()).use(validRequest(paymentSchema));
