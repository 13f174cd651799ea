import { randomBytes, randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { type HttpResponse, idempotencyKey } from 'middy-idempotency';

const createApiKey = async () => ({
  statusCode: 201,
  body: JSON.stringify({ id: randomUUID(), secret: randomBytes(32).toString('base64url') }),
});

const withoutSecret = (answer: HttpResponse): HttpResponse => {
  const { secret: _, ...shown } = JSON.parse(answer.body ?? '{}');
  return { ...answer, body: JSON.stringify(shown) };
};

export const handler = middy(createApiKey).use(idempotencyKey({ toStore: withoutSecret }));
