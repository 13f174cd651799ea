import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import {
  dynamoDBStore,
  fromHeader,
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
  issueToken,
  principalOf,
  singleUseToken,
  type Table,
  uniqueIndex,
  type Writes,
  type WritesContext,
} from '../../functions/idempotency/index.ts';
import { type TestDatabase, testClient } from '../support/dynamodb.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

export interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

export const codeOf = ({ body = '' }: Answer) => (body.startsWith('{') ? JSON.parse(body).code : undefined);

export const created = () => ({ statusCode: 201, body: crypto.randomUUID() });

/** The invocation's deadline as Lambda tells it, on the real clock. */
export const endingIn = (ms: number): Context => {
  const endMs = Date.now() + ms;
  return lambdaContext({ getRemainingTimeInMillis: () => endMs - Date.now() });
};

export const keyedEvent = (key = 'k-1', body: unknown = {}) =>
  httpApiEvent({ headers: { 'idempotency-key': key }, body });

/** What the record says, without what differs from run to run. */
const summary = ({ status, attempt, attempts }: Record<string, unknown>) => ({
  status,
  ...(attempt !== undefined && { attempt }),
  ...(attempts !== undefined && { attempts }),
});

/** A store behind a proxy, and handlers under the library's middlewares that use it. */
export const behindProxy = async (database: TestDatabase, client?: (endpoint: string) => typeof database.client) => {
  const proxy = await startFaultProxy(database.endpoint);
  const connected = (client ?? testClient)(proxy.endpoint);
  const tableName = await database.createTable();
  const store = dynamoDBStore({ tableName, client: connected });
  const events: IdempotencyEvent[] = [];
  const onEvent = (event: IdempotencyEvent) => events.push(event);

  const counted = <TContext extends Context>(
    middleware: MiddlewareObj<unknown, unknown, Error, TContext>,
    run: (context: TContext, event: never) => unknown,
  ) => {
    let runs = 0;
    const handler = middy()
      .use(middleware as MiddlewareObj)
      .handler(async (event: unknown, context: Context) => {
        runs += 1;
        return run(context as TContext, event as never);
      });
    return {
      call: (event: unknown, context: Context = lambdaContext()) =>
        handler(event as never, context) as unknown as Promise<Answer>,
      runs: () => runs,
    };
  };

  return {
    proxy,
    store,
    client: connected,
    tableName,
    records: async () => (await database.items(tableName)).map(summary),
    events: () => events.map(({ type }) => type),
    lastError: () => String(events.findLast(({ error }) => error !== undefined)?.error),
    counted,
    keyed: (
      run: (context: IdempotentContext, event: never) => unknown = created,
      options: IdempotencyKeyOptions = {},
    ) => counted(idempotencyKey({ store, onEvent, ...options }), run),
    consuming: (run: () => unknown = created) => counted(singleUseToken({ store, onEvent }), run),
    retaining: (run: (context: IdempotentContext) => unknown = created) =>
      counted(singleUseToken({ store, onEvent, retainResult: true }), run),
    writing: (write: (writes: Writes, event: { body: string }) => unknown) =>
      counted(uniqueIndex({ client: connected, onEvent }), ({ writes }: WritesContext, event) =>
        Promise.resolve(write(writes, event)).then((answer) => answer ?? created()),
      ),
    writingKeyed: (write: (writes: Writes, event: { body: string }) => unknown) =>
      counted(uniqueIndex({ key: fromHeader('Idempotency-Key'), store, onEvent }), ({ writes }: WritesContext, event) =>
        Promise.resolve(write(writes, event)).then((answer) => answer ?? created()),
      ),
    /** A request that carries a token of its own. */
    tokenEvent: async () => {
      const event = httpApiEvent();
      const token = await issueToken(store, { scope: principalOf(event) });
      return httpApiEvent({ headers: { token }, body: {} });
    },
    orders: async (): Promise<Table> => ({
      tableName: await database.createTable({ partitionKey: 'orderId' }),
      partitionKey: 'orderId',
    }),
  };
};
