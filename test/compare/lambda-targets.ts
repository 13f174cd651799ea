import { IdempotencyConfig } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { makeHandlerIdempotent } from '@aws-lambda-powertools/idempotency/middleware';
import middy, { type MiddlewareObj, type Request } from '@middy/core';
import { idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { type HttpEvent, type HttpResult, json, problem } from '../../functions/shared/http.ts';
import { cookie, createPayments } from './apps/payments.mjs';
import { startLambdaTarget } from './lambda-target.ts';
import { type Target, windowSeconds } from './target.ts';

type Shell = () => MiddlewareObj[];

const createPay = () => {
  const payments = createPayments();
  const pay = async ({ headers }: HttpEvent): Promise<HttpResult> => {
    const payment = await payments.pay(headers);
    const answer = json(201, payment);
    return {
      ...answer,
      headers: { ...answer.headers, location: `/payments/${payment.paymentId}` },
      cookies: [cookie],
    };
  };
  return { pay, count: payments.count };
};

export const startOurs = (shell: Shell): Promise<Target> => {
  const { pay, count } = createPay();
  const guard = () => middy(pay).use(idempotencyKey({ retentionSeconds: windowSeconds }));
  return startLambdaTarget(() => middy(guard()).use(shell()), count);
};

const statuses: Readonly<Record<string, number>> = {
  IdempotencyKeyError: 400,
  IdempotencyAlreadyInProgressError: 409,
  IdempotencyValidationError: 422,
};

/** Some of its errors are causes of others. */
const statusOf = (error: unknown): number | undefined =>
  error instanceof Error ? (statuses[error.name] ?? statusOf(error.cause)) : undefined;

/** Powertools throws; this is what its users have to write, so that callers get an answer. */
const answerRefusals: MiddlewareObj = {
  onError: (request: Request) => {
    const { name, message } = request.error as Error;
    const status = statusOf(request.error);
    if (status) request.response = problem(status, name, message);
  },
};

export const startPowertools = (shell: Shell, tableName: string): Promise<Target> => {
  const { pay, count } = createPay();
  const guard = () =>
    middy(pay).use(
      makeHandlerIdempotent({
        persistenceStore: new DynamoDBPersistenceLayer({ tableName }),
        config: new IdempotencyConfig({
          eventKeyJmesPath: 'headers."idempotency-key"',
          payloadValidationJmesPath: 'powertools_json(body)',
          throwOnNoIdempotencyKey: true,
          expiresAfterSeconds: windowSeconds,
        }),
      }),
    );
  return startLambdaTarget(() => middy(middy(guard()).use(answerRefusals)).use(shell()), count);
};
