import { getCurrentInvoke, configure as serverlessExpress } from '@codegenie/serverless-express';
import middy from '@middy/core';
import express, { type ErrorRequestHandler } from 'express';
import { IdempotencyError, idempotencyKey } from 'middy-idempotency';
import serverless from 'serverless-http';
import { pay, refundOnce } from './payments.ts';
import { problemOf } from './problem-of.ts';

export const app = express();
app.use(express.json());

app.post('/payments', async (req, res) => {
  res.status(201).json(await pay(req.body));
});

app.post('/refunds', async (req, res) => {
  const userId = req.get('x-user') ?? ''; // whom your authentication has found
  const { context } = getCurrentInvoke();
  res.status(201).json(await refundOnce(userId, req.get('idempotency-key'), req.body, context));
});

const answerRefusals: ErrorRequestHandler = (error, _req, res, next) => {
  if (!IdempotencyError.is(error)) return next(error);
  const { status, headers, body } = problemOf(error);
  res.status(status).set(headers).send(body);
};
app.use(answerRefusals);

export const unguarded = serverlessExpress({ app });

export const handler = middy(unguarded).use(idempotencyKey());

/** The same with serverless-http. */
export const handlerOfServerlessHttp = middy(serverless(app)).use(idempotencyKey());
