import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type * as v from 'valibot';
import { idempotentFetch } from '../idempotency/entries/client.ts';
import { type IdempotentContext, idempotencyKey } from '../idempotency/entries/main.ts';
import { emfMetrics } from '../idempotency/entries/metrics.ts';
import { database } from '../shared/database.ts';
import { requiredEnvironment } from '../shared/environment.ts';
import { type HttpResult, json, problem } from '../shared/http.ts';
import { httpShell } from '../shared/http-shell.ts';
import { recordStore } from '../shared/record-store.ts';
import { type Valid, validRequest } from '../shared/valid-request.ts';
import { checkoutSchema } from './checkout-schema.ts';

const tableName = requiredEnvironment('CHECKOUTS_TABLE');
const paymentsUrl = requiredEnvironment('PAYMENTS_URL');

type Checkout = v.InferOutput<typeof checkoutSchema>;

/** Within the function's timeout: what isn't answered by then, its caller's next try goes on with. */
const pay = idempotentFetch({ giveUpAfterMs: 4500, timeoutMs: 4000 });

const record = async (checkoutId: string, fields: Readonly<Record<string, unknown>>): Promise<void> => {
  const names = Object.keys(fields);
  await database.send(
    new UpdateCommand({
      TableName: tableName,
      Key: { checkoutId },
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`)}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, fields[name]])),
    }),
  );
};

/**
 * The system that takes an order, and pays for it at the other one, over HTTP. Killed at any point, the next run of the same checkout
 * writes the same item, and pays by the same key.
 */
const checkOut = async (
  { body, headers: { authorization } }: Valid<Checkout>,
  { idempotency }: IdempotentContext,
): Promise<HttpResult> => {
  const checkoutId = idempotency.deriveKey('checkout');
  await record(checkoutId, body);
  const response = await pay(`${paymentsUrl}/payments`, {
    key: idempotency.deriveKey('payment'),
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify({ ...body, orderId: checkoutId }),
  });
  if (!response.ok) return problem(402, 'Not paid', `The payment was answered with ${response.status}.`);
  const { paymentId } = (await response.json()) as { paymentId: string };
  await record(checkoutId, { paymentId });
  return json(201, { checkoutId, ...body, paymentId });
};

const checkOutOnce = middy(checkOut).use(idempotencyKey({ store: recordStore, onEvent: emfMetrics() }));

export const handler = middy(checkOutOnce).use(httpShell()).use(validRequest(checkoutSchema));
