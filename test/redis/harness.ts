import type { MiddlewareObj } from '@middy/core';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { afterAll } from 'vitest';
import {
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  type IdempotencyStore,
  type IdempotentContext,
  idempotencyKey,
  issueToken,
  principalOf,
  singleUseToken,
} from '../../functions/idempotency/entries/main.ts';
import { type RedisStoreOptions, redisStore } from '../../functions/idempotency/entries/redis.ts';
import { storeContract } from '../../functions/idempotency/entries/testing.ts';
import { type Answer, created } from '../faults/harness.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { type ClientName, clients, sharedPort } from '../support/redis.ts';
import { startRedisFaultProxy } from '../support/redis-fault-proxy.ts';

/** So that no call of a test is answered by NOSCRIPT. */
export const loadScripts = async (): Promise<void> => {
  const { client, close } = await clients.ioredis(sharedPort());
  for (const { run } of storeContract(() => redisStore({ client }))) await run();
  await close();
};

const open: (() => unknown)[] = [];

afterAll(async () => {
  for (const close of open.splice(0)) await close();
});

const counted = (middleware: MiddlewareObj, run: (context: IdempotentContext) => unknown) => {
  let runs = 0;
  const handler = middy()
    .use(middleware)
    .handler(async (_event: unknown, context: Context) => {
      runs += 1;
      return run(context as IdempotentContext);
    });
  return {
    call: (event: unknown, context: Context = lambdaContext()) =>
      handler(event as never, context) as unknown as Promise<Answer>,
    runs: () => runs,
  };
};

/** A handler under `idempotencyKey`, and how often it has run. */
export const keyedOn = (store: IdempotencyStore, options: IdempotencyKeyOptions = {}) =>
  counted(idempotencyKey({ store, onEvent: () => undefined, ...options }) as MiddlewareObj, created);

/** A store behind a proxy, by a client of its own, and handlers under the library's middlewares that use it. */
export const behindProxy = async (clientName: ClientName, options: Omit<RedisStoreOptions, 'client'> = {}) => {
  const proxy = await startRedisFaultProxy(sharedPort());
  const { client, close } = await clients[clientName](proxy.port);
  const direct = await clients.ioredis(sharedPort());
  open.push(close, direct.close, proxy.close);
  const keyPrefix = `${crypto.randomUUID()}:`;
  const store = redisStore({ client, keyPrefix, ...options });
  const beside = redisStore({ client: direct.client, keyPrefix });
  const events: IdempotencyEvent[] = [];
  const onEvent = (event: IdempotencyEvent) => events.push(event);

  return {
    proxy,
    store,
    /** The same records, by another connection. */
    beside,
    events: () => events.map(({ type }) => type),
    /** The only record that anything was told of. */
    record: async () => {
      const id = events[0]?.id ?? '';
      const record = await beside.read({ id, nowMs: Date.now(), consistent: true });
      return record && { status: record.status, attempt: record.attempt };
    },
    keyed: (run: (context: IdempotentContext) => unknown = created, more: IdempotencyKeyOptions = {}) =>
      counted(idempotencyKey({ tellRetention: false, store, onEvent, ...more }) as MiddlewareObj, run),
    consuming: (run: () => unknown = created) => counted(singleUseToken({ store, onEvent }) as MiddlewareObj, run),
    retaining: (run: () => unknown = created) =>
      counted(singleUseToken({ store, onEvent, retainResult: true, tellRetention: false }) as MiddlewareObj, run),
    tokenEvent: async () => {
      const event = httpApiEvent();
      const token = await issueToken(store, { scope: principalOf(event) });
      return httpApiEvent({ headers: { token }, body: {} });
    },
  };
};
