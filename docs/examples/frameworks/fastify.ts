import awsLambdaFastify from '@fastify/aws-lambda';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import Fastify, { type FastifyRequest } from 'fastify';
import { IdempotencyError, idempotencyKey } from 'middy-idempotency';
import { type Payment, pay, refundOnce } from './payments.ts';
import { problemOf } from './problem-of.ts';

export const app = Fastify();
export const unguarded = awsLambdaFastify(app);

app.post<{ Body: Payment }>('/payments', async (request, reply) => reply.status(201).send(await pay(request.body)));

app.post<{ Body: Payment }>('/refunds', async (request, reply) => {
  const { 'x-user': userId, 'idempotency-key': key } = request.headers as Record<string, string | undefined>;
  const { context } = (request as FastifyRequest & { awsLambda: { context: Context } }).awsLambda;
  return reply.status(201).send(await refundOnce(userId ?? '', key, request.body, context));
});

app.setErrorHandler((error, _request, reply) => {
  if (!IdempotencyError.is(error)) return reply.send(error);
  const { status, headers, body } = problemOf(error);
  return reply.status(status).headers(headers).send(body);
});

export const handler = middy(unguarded).use(idempotencyKey());
