import { setTimeout as sleep } from 'node:timers/promises';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
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
} from '../../functions/idempotency/entries/main.ts';
import type { TestDatabase } from '../support/dynamodb.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

export interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

export const codeOf = ({ body = '' }: Answer) => (body.startsWith('{') ? JSON.parse(body).code : undefined);

export const created = () => ({ statusCode: 201, body: crypto.randomUUID() });

/** Set here, because the SDK's default has changed before. */
export const clientTries = 3;

/** The invocation's deadline as Lambda tells it, on the real clock. */
export const endingIn = (ms: number): Context => {
  const endMs = Date.now() + ms;
  return lambdaContext({ getRemainingTimeInMillis: () => endMs - Date.now() });
};

/** A clock that can jump to shortly before the deadline of a request that came now. */
export const clockOfRequest = () => {
  const deadlineMs = Date.now() + lambdaContext().getRemainingTimeInMillis();
  let aheadMs = 0;
  return {
    now: () => Date.now() + aheadMs,
    leaveMs: (ms: number) => {
      aheadMs = deadlineMs - ms - Date.now();
    },
  };
};

/** The answer, if it comes before Lambda would have killed the process. */
export const inTime = async <Result>(answer: Promise<Result>, context: Context): Promise<Result> => {
  const deadline = new AbortController();
  const killed = sleep(context.getRemainingTimeInMillis(), undefined, { signal: deadline.signal }).then(() => {
    throw new Error('killed by Lambda: no answer before the deadline');
  });
  try {
    return await Promise.race([answer, killed]);
  } finally {
    killed.catch(() => undefined);
    deadline.abort();
  }
};

/** Repeats an assertion until it holds. `expect.poll` doesn't know its test when several run at the same time. */
export const eventually = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 10_000, interval: 20 });

export const keyedEvent = (key = 'k-1', body: unknown = {}) =>
  httpApiEvent({ headers: { 'idempotency-key': key }, body });

/** What the record says, without what differs from run to run. */
const summary = ({ status, attempt }: Record<string, unknown>) => ({
  status,
  ...(attempt !== undefined && { attempt }),
});

/** A store behind a proxy, and handlers under the library's middlewares that use it. */
export const behindProxy = async (database: TestDatabase, maxAttempts = clientTries) => {
  const proxy = await startFaultProxy(database.endpoint);
  const client = database.openClient({ endpoint: proxy.endpoint, maxAttempts });
  const tableName = await database.createTable();
  const store = dynamoDBStore({ tableName, client });
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
    client,
    tableName,
    records: async () => (await database.items(tableName)).map(summary),
    events: () => events.map(({ type }) => type),
    lastError: () => String(events.findLast(({ error }) => error !== undefined)?.error),
    counted,
    keyed: (
      run: (context: IdempotentContext, event: never) => unknown = created,
      options: IdempotencyKeyOptions = {},
    ) => counted(idempotencyKey({ tellRetention: false, store, onEvent, ...options }), run),
    consuming: (run: () => unknown = created) => counted(singleUseToken({ store, onEvent }), run),
    retaining: (
      run: (context: IdempotentContext) => unknown = created,
      options: Pick<IdempotencyKeyOptions, 'now'> = {},
    ) => counted(singleUseToken({ store, onEvent, retainResult: true, tellRetention: false, ...options }), run),
    writing: (write: (writes: Writes, event: { body: string }) => unknown, options: { now?: () => number } = {}) =>
      counted(uniqueIndex({ client, onEvent, ...options }), ({ writes }: WritesContext, event) =>
        Promise.resolve(write(writes, event)).then((answer) => answer ?? created()),
      ),
    writingKeyed: (write: (writes: Writes, event: { body: string }) => unknown, options: { now?: () => number } = {}) =>
      counted(
        uniqueIndex({ key: fromHeader('Idempotency-Key'), store, onEvent, ...options }),
        ({ writes }: WritesContext, event) =>
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
