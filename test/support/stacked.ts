import middy, { type MiddlewareObj, type Request } from '@middy/core';
import type { Context } from 'aws-lambda';
import {
  dynamoDBStore,
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
} from '../../functions/idempotency/entries/main.ts';
import type { TestDatabase } from './dynamodb.ts';
import { httpApiEvent, lambdaContext } from './lambda.ts';

export interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body: string;
}

/** Hooks of other middlewares, which may do whatever they like. */
export interface Hooks {
  before?: (request: Request) => unknown;
  after?: (request: Request) => unknown;
  onError?: (request: Request) => unknown;
}

interface Stack {
  options?: IdempotencyKeyOptions;
  /** Used after the library's: nearer to the handler. */
  inner?: readonly (Hooks | MiddlewareObj<never, never, Error, never>)[];
  plugin?: object;
}

/** One operation under a stack of middlewares; each run is as it is told, and says what it was told. */
export const stacked = async (
  database: TestDatabase,
  run: (context: IdempotentContext) => unknown,
  { options = {}, inner = [], plugin = {} }: Stack = {},
) => {
  const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client });
  const events: IdempotencyEvent[] = [];
  const told: [attempt: number, previous: string | undefined][] = [];
  const handler = middy((_event: unknown, context: IdempotentContext) => {
    told.push([context.idempotency.attempt, context.idempotency.previous]);
    return run(context);
  }, plugin);
  handler.use(idempotencyKey({ tellRetention: false, store, onEvent: (event) => events.push(event), ...options }));
  for (const hooks of inner) handler.use(hooks as never);
  const call = (body: unknown = {}, context: Context = lambdaContext()) =>
    (handler as unknown as (event: unknown, context: unknown) => Promise<Answer>)(
      httpApiEvent({ headers: { 'idempotency-key': 'k' }, body }),
      context,
    );
  return { call, store, told, events: () => events.map(({ type }) => type) };
};

export const codeOf = ({ body }: Answer): string | undefined => JSON.parse(body).code;
