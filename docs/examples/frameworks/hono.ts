import middy from '@middy/core';
import { Hono } from 'hono';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { IdempotencyError, idempotencyKey } from 'middy-idempotency';
import { pay, refundOnce } from './payments.ts';
import { problemOf } from './problem-of.ts';

export const app = new Hono<{ Bindings: { event: LambdaEvent; lambdaContext: LambdaContext } }>();

app.post('/payments', async (c) => c.json(await pay(await c.req.json()), 201));

app.post('/refunds', async (c) => {
  const userId = c.req.header('x-user') ?? ''; // whom your authentication has found
  const key = c.req.header('idempotency-key');
  return c.json(await refundOnce(userId, key, await c.req.json(), c.env.lambdaContext as never), 201);
});

app.onError((error, c) => {
  if (error instanceof SyntaxError) return c.json({ error: 'no JSON' }, 400); // not Hono's 500: the caller may mend it
  if (!IdempotencyError.is(error)) return c.json({ error: 'failed' }, 500);
  const { status, headers, body } = problemOf(error);
  return c.body(body, status as 400, headers);
});

export const unguarded = handle(app);

export const handler = middy(unguarded).use(idempotencyKey());
