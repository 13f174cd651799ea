import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  dynamoDBStore,
  fromHeader,
  fromPath,
  idempotencyKey,
  issueToken,
  type KeySource,
  makeIdempotent,
  recordId,
  singleUseToken,
  uniqueIndex,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import type { Answer } from '../support/examples.ts';
import { type HttpEventOptions, httpApiEvent, lambdaContext } from '../support/lambda.ts';

const preflight = (more: HttpEventOptions = {}) =>
  httpApiEvent({
    method: 'OPTIONS',
    headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    ...more,
  });

const counted = (middleware: object) => {
  let runs = 0;
  const handler = middy(async () => {
    runs += 1;
    return { statusCode: 200 };
  }).use(middleware as middy.MiddlewareObj);
  return { call: (event: unknown) => handler(event, lambdaContext()) as Promise<Answer>, runs: () => runs };
};

const unreachable = new DynamoDBClient({ region: 'eu-central-1', endpoint: 'http://127.0.0.1:1' });

const warnings = () => vi.spyOn(console, 'warn').mockImplementation(() => undefined);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('without the default header', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'TRACE'])(
    'G164: %s passes unguarded, its header or not spelled out',
    async (method) => {
      warnings();
      const keys: (KeySource | undefined)[] = [undefined, fromHeader('idempotency-key')];
      for (const key of keys) {
        const { call, runs } = counted(
          idempotencyKey({ tellRetention: false, store: memoryStore(), ...(key && { key }) }),
        );
        for (const _ of [1, 2]) expect(await call(httpApiEvent({ method }))).toEqual({ statusCode: 200 });
        expect(runs()).toBe(2);
      }
      const list = makeIdempotent(async (_event: unknown) => 'list', { name: 'list', store: memoryStore() });
      expect(await list(httpApiEvent({ method }))).toBe('list');
    },
  );

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'get'])('%s is refused', async (method) => {
    const { call, runs } = counted(idempotencyKey({ tellRetention: false, store: memoryStore() }));
    expect(await call(httpApiEvent({ method }))).toMatchObject({ statusCode: 400 });
    expect(runs()).toBe(0);
  });

  it('a GET is warned of, once a middleware; nothing else is', async () => {
    const warn = warnings();
    const first = counted(idempotencyKey({ tellRetention: false, store: memoryStore() }));
    for (const method of ['HEAD', 'OPTIONS', 'GET', 'GET']) await first.call(httpApiEvent({ method }));
    await counted(idempotencyKey({ tellRetention: false, store: memoryStore() })).call(httpApiEvent({ method: 'GET' }));
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      expect.stringContaining('GET /payments has no Idempotency-Key'),
      expect.stringContaining('GET /payments has no Idempotency-Key'),
    ]);
  });

  it('a GET is refused where another key is missing, and guarded where the header is there', async () => {
    const other = counted(idempotencyKey({ tellRetention: false, store: memoryStore(), key: fromHeader('x-request') }));
    expect(await other.call(httpApiEvent({ method: 'GET' }))).toMatchObject({ statusCode: 400 });
    const guarded = counted(idempotencyKey({ tellRetention: false, store: memoryStore() }));
    const event = httpApiEvent({ method: 'GET', headers: { 'idempotency-key': 'k' } });
    for (const _ of [1, 2]) await guarded.call(event);
    expect(guarded.runs()).toBe(1);
  });

  it('recordId tells that a safe request has no record', async () => {
    warnings();
    const asked = recordId({ event: httpApiEvent({ method: 'GET' }), context: lambdaContext() });
    await expect(asked).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
  });
});

describe('a preflight', () => {
  const sent = [
    ['that lacks the key', undefined],
    ['that has the key of the request that it asks for', fromPath('orderId')],
  ] as const;

  it.each(sent)('G164: %s takes no record, and never gets 400', async (_name, key) => {
    const pathParameters = { orderId: '1' };
    const { call, runs } = counted(
      idempotencyKey({ tellRetention: false, store: memoryStore(), scope: () => 's', ...(key && { key }) }),
    );
    for (const _ of [1, 2]) expect(await call(preflight({ pathParameters }))).toEqual({ statusCode: 200 });
    expect(runs()).toBe(2);
    const headers = { 'idempotency-key': 'k' };
    expect(await call(httpApiEvent({ pathParameters, headers }))).toEqual({ statusCode: 200 });
    const store = dynamoDBStore({ tableName: 't', client: unreachable });
    const unique = counted(uniqueIndex({ key: key ?? fromHeader('Idempotency-Key'), store }));
    expect(await unique.call(preflight({ pathParameters }))).toEqual({ statusCode: 200 });
  });

  it.each([false, true])('G164: uses no token up, and runs nothing (retainResult %s)', async (retainResult) => {
    const store = memoryStore();
    const token = await issueToken(store, { scope: 'anonymous' });
    const onAnswer = (answer: object) => ({ ...answer, headers: { 'access-control-allow-origin': '*' } });
    const { call, runs } = counted(
      singleUseToken({ store, retainResult, onAnswer, ...(retainResult && { tellRetention: false }) } as never),
    );
    for (const query of [{}, { token }]) {
      expect(await call(preflight({ query }))).toEqual({
        statusCode: 204,
        headers: { 'access-control-allow-origin': '*' },
      });
    }
    expect(runs()).toBe(0);
    expect(await call(httpApiEvent({ method: 'GET', query: { token } }))).toEqual({ statusCode: 200 });
    expect(await call(httpApiEvent({ method: 'OPTIONS' }))).toMatchObject({ statusCode: 400 });
  });
});
