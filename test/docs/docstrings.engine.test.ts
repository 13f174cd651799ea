import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import cors from '@middy/http-cors';
import { Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  backfillGuards,
  checkGuards,
  combine,
  compareAndSwapStore,
  currentOperation,
  dynamoDBStore,
  fromBody,
  fromHeader,
  fromPath,
  fromQuery,
  IdempotencyError,
  type IdempotencyKeyOptions,
  idempotencyKey,
  issueToken,
  makeIdempotent,
  principalOf,
  recordId,
  resolve,
  routeOf,
  type StoredRecord,
  StoreError,
  singleUseToken,
  stillRunning,
  uniqueIndex,
  type WritesContext,
  warmUp,
} from 'middy-idempotency';
import { memoryCache } from 'middy-idempotency/cache';
import { IdempotencyMonitoring, IdempotencyTable } from 'middy-idempotency/cdk';
import { ClientError, fileKeys, idempotentFetch, mapKeys, tokenFetch } from 'middy-idempotency/client';
import { fromJmesPath } from 'middy-idempotency/jmespath';
import * as lean from 'middy-idempotency/lean';
import { emfMetrics, otelMetrics, powertoolsMetrics } from 'middy-idempotency/metrics';
import {
  idempotencyKeyContract,
  openApiComponents,
  singleUseTokenContract,
  uniqueIndexContract,
  withContract,
} from 'middy-idempotency/openapi';
import { powertoolsRecords } from 'middy-idempotency/powertools';
import { s3Overflow } from 'middy-idempotency/s3';
import { memoryStore, storeContract } from 'middy-idempotency/testing';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createFunction } from '../infra/constructs.ts';
import { synthesize } from '../infra/synthesize.ts';
import { bundleAsDeployed } from '../support/bundle.ts';
import { call, exampleDatabase } from '../support/examples.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

// Every example of a docstring stands in one of these tests, as it is, and runs there.

const database = exampleDatabase();

beforeAll(() => {
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'test');
});

interface Order {
  orderId: string;
  orderNo: string;
}

const order: Order = { orderId: 'o-1', orderNo: '2026-1' };
const pay = async (_event?: unknown) => ({ statusCode: 201, body: '{}' });
const keyed = (body: object = order) => httpApiEvent({ headers: { 'idempotency-key': crypto.randomUUID() }, body });
const event = keyed();

/** The second of two same requests is a repeat, the handler's answer to the first one is kept. */
const expectReplay = async (handler: unknown, request: unknown = keyed()) => {
  const first = await call(handler, request);
  expect(first).toMatchObject({ statusCode: 201 });
  expect(await call(handler, request)).toMatchObject({ headers: { 'idempotent-replayed': 'true' }, body: first.body });
};

describe('the examples of docstrings run:', () => {
  it('keys and scopes', async () => {
    const middlewares = [
      idempotencyKey({ key: fromHeader('X-Request-Id') }),
      idempotencyKey({ key: fromBody('orderId', 'userId') }),
      idempotencyKey({ key: fromPath('orderId') }),
      idempotencyKey({ key: fromQuery('order') }),
      idempotencyKey({ key: combine(fromPath('orderId'), fromBody('userId')) }),
      idempotencyKey({ key: fromJmesPath('powertools_json(body).[orderId, userId]') }),
    ];
    for (const middleware of middlewares) {
      const handler = middy(pay).use(middleware as never);
      const request = httpApiEvent({
        headers: { 'x-request-id': 'r-1' },
        pathParameters: { orderId: 'o-1' },
        body: { orderId: 'o-1', userId: 'u-1' },
        query: { order: 'o-1' },
      } as never);
      await expectReplay(handler, request);
      expect(await call(handler, httpApiEvent())).toMatchObject({ statusCode: 400 });
    }
    const scoped = [
      idempotencyKey({ scope: (event) => [principalOf(event), 'pay'] }),
      idempotencyKey({ scope: (event) => [principalOf(event), routeOf(event, { host: 'shop.example.com' })] }),
    ];
    for (const middleware of scoped) await expectReplay(middy(pay).use(middleware as never));
  });

  it('middlewares', async () => {
    {
      const handler = middy(middy(pay).use(idempotencyKey())).use(cors());
      await expectReplay(handler);
    }
    {
      const allowed: Pick<IdempotencyKeyOptions, 'onAnswer'> = {
        onAnswer: (answer) => ({
          ...answer,
          headers: { ...answer.headers, 'access-control-allow-origin': 'https://shop.example' },
        }),
      };
      const refused = await call(middy(pay).use(idempotencyKey(allowed)), httpApiEvent());
      expect(refused).toMatchObject({
        statusCode: 400,
        headers: { 'access-control-allow-origin': 'https://shop.example' },
      });
    }
    {
      const store = dynamoDBStore();
      const token = await issueToken(store, { scope: principalOf(event), ttlSeconds: 300 });
      const handler = middy(pay).use(singleUseToken({ retainResult: true }));
      await expectReplay(handler, httpApiEvent({ headers: { token }, body: {} }));
    }
    {
      await database.createNamedTable('orders', 'orderId');
      const orders = { tableName: 'orders', partitionKey: 'orderId', unique: ['orderNo'] };
      const handler = middy(async (order: Order, { writes }: WritesContext) => {
        writes.insert(orders, { ...order });
        return { statusCode: 201 };
      }).use(uniqueIndex());
      expect(await call(handler, order)).toEqual({ statusCode: 201 });
      await expect(call(handler, { ...order, orderId: 'o-2' })).rejects.toMatchObject({ code: 'DUPLICATE' });
    }
    {
      const handler = middy(pay).use(idempotencyKey({ cache: memoryCache({ maxBytes: 5_000_000 }) }));
      await expectReplay(handler);
    }
    {
      const handler = middy(pay).use(idempotencyKey({ store: memoryStore(), namespace: 'pay' }));
      await expectReplay(handler);
    }
    const timely = middy(pay, {
      timeoutEarlyResponse: () => stillRunning({ statusCode: 504, body: 'Ask again later.' }),
    });
    expect(await call(timely, event)).toMatchObject({ statusCode: 201 });
  });

  it('a warm-up', async () => {
    const handler = middy(pay).use(idempotencyKey());
    await warmUp();
    await expectReplay(handler);
  });

  it('OpenAPI', async () => {
    {
      const options = { afterCrash: 'reject' } as const;
      const handler = middy(pay).use(idempotencyKey(options));
      const post = withContract({ responses: { 201: { description: 'Paid' } } }, idempotencyKeyContract(options));
      await expectReplay(handler);
      expect(Object.keys(post.responses)).toEqual(['201', '400', '409', '422', '503']);
    }
    {
      const post = withContract({ responses: { 201: { description: 'Paid' } } }, singleUseTokenContract());
      expect(post.parameters).toHaveLength(2);
    }
    {
      const post = withContract({ responses: { 201: { description: 'Ordered' } } }, uniqueIndexContract());
      expect(Object.keys(post.responses)).toEqual(['201', '409', '503']);
    }
    const operation = { responses: { 201: { description: 'Paid' } } };
    const document = {
      paths: { '/pay': { post: withContract(operation, idempotencyKeyContract()) } },
      components: openApiComponents,
    };
    expect(document.paths['/pay'].post.parameters).toHaveLength(1);
  });

  it('functions', async () => {
    const cards = { charge: vi.fn(async (charge: Order & { idempotencyKey: string }) => charge.orderId) };
    const charge = makeIdempotent(
      (order: Order) => cards.charge({ ...order, idempotencyKey: currentOperation().deriveKey('charge') }),
      { name: 'charge', key: ({ orderId }) => orderId },
    );
    await charge(order);
    expect(await charge(order)).toBe('o-1');
    expect(cards.charge).toHaveBeenCalledOnce();

    const bill = vi.fn(async ({ orderId }: Order, month: string) => `${orderId} ${month}`);
    const renew = makeIdempotent(bill, { name: 'renew', key: ({ orderId }, month) => [orderId, month] });
    for (const month of ['2026-01', '2026-02', '2026-01']) await renew(order, month);
    expect(bill).toHaveBeenCalledTimes(2);
  });

  it('a decorator', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'decorated-'));
    try {
      const outfile = join(folder, 'index.mjs');
      const conditions = ['middy-idempotency-source'];
      await bundleAsDeployed({ folder: root, entry: 'docs/examples/decorated.ts', outfile, conditions });
      const { Billing, charged } = (await import(outfile)) as typeof import('../../docs/examples/decorated.ts');
      for (const _ of [1, 2]) await new Billing().charge({ id: 'o-1', amount: 100 }, lambdaContext());
      expect(charged).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('stores', async () => {
    {
      const store = dynamoDBStore({ tableName: 'shop', partitionKey: 'pk', sortKey: 'sk', keyPrefix: 'idempotency#' });
      expect(store.tableName).toBe('shop');
    }
    {
      const { dynamoDBStore, leanClient } = lean;
      const store = dynamoDBStore({ client: leanClient({ requestTimeoutMs: 1000 }) });
      expect(await store.read({ id: 'none', nowMs: 0, consistent: true })).toBeUndefined();
    }
    const records = new Map<string, { record: StoredRecord; version: string }>();
    const store = compareAndSwapStore({
      get: async (id) => records.get(id),
      swap: async (id, record, version) => {
        if (records.get(id)?.version !== version) return false;
        records.set(id, { record, version: crypto.randomUUID() });
        return true;
      },
    });
    for (const { run } of storeContract(() => store)) await run();
    const myStore = memoryStore;
    const cases: [string, () => unknown][] = [];
    const it = (name: string, run: () => unknown) => cases.push([name, run]);
    for (const { name, run } of storeContract(() => myStore())) it(name, run);
    expect(cases.length).toBeGreaterThan(20);

    const bucket = 'results';
    idempotencyKey({ store: dynamoDBStore({ overflow: s3Overflow({ bucket }) }) });
    const tableName = 'powertools';
    idempotencyKey({ ...powertoolsRecords({ tableName, eventKeyJmesPath: 'powertools_json(body).orderId' }) });
  });

  it('guards', async () => {
    await database.createNamedTable('members', 'userId');
    const users = { tableName: 'members', partitionKey: 'userId', unique: ['email'] };
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const handler = middy(async (user: { userId: string; email: string }, { writes }: WritesContext) => {
      writes.insert({ tableName: 'members', partitionKey: 'userId' }, user);
      return { statusCode: 201 };
    }).use(uniqueIndex());
    for (const userId of ['u-1', 'u-2']) await call(handler, { userId, email: 'a@example.com' });
    for await (const { findings } of checkGuards(users)) for (const finding of findings) console.warn(finding);
    expect(warn).toHaveBeenCalledTimes(2);
    const save = vi.fn();
    for await (const { findings, startKey } of backfillGuards(users)) {
      await save(startKey); // to go on from here with the option `startKey`, should it be interrupted
      for (const { problem, key, holder } of findings) if (problem === 'value of two items') console.warn(key, holder);
    }
    expect(warn).toHaveBeenCalledTimes(3);
    warn.mockRestore();
  });

  it('what settles, and what names', async () => {
    const store = memoryStore();
    const options = { store, afterCrash: 'reject', keepErrors: () => 'unknown' as const } as const;
    const doubtful = middy(async () => {
      throw new Error('no answer');
    }).use(idempotencyKey({ ...options, quiet: true }));
    const doubt = async () => {
      const request = keyed();
      await expect(call(doubtful, request)).rejects.toThrow('no answer');
      return { request, id: await recordId({ event: request, context: lambdaContext() }) };
    };
    {
      const { request, id } = await doubt();
      await resolve(store, id, { complete: { statusCode: 201, body: '{"paymentId":"p-1"}' } }); // it was done
      expect(await call(doubtful, request)).toMatchObject({ body: '{"paymentId":"p-1"}' });
    }
    {
      const { request, id } = await doubt();
      await resolve(store, id, { release: true }); // it was not: the next request runs it, as the next attempt
      await expect(call(doubtful, request)).rejects.toThrow('no answer');
    }
    {
      const options = { namespace: 'pay', key: () => 'k-1', scope: () => 'all' };
      const event = {};
      const id = await recordId({ ...options, event, context: { functionName: 'pay' } });
      expect(id).toBe('pay#eqELom1O3mlHo3vbgnsWhIfFkj5XcQRpZlKn7RLyqBc'); // as the version before has printed it
    }
  });

  it('metrics', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const counted = vi.fn();
    const metrics = {
      getMeter: (_name: string) => ({
        createCounter: () => ({ add: counted }),
        createHistogram: () => ({ record: counted }),
      }),
    };
    const middlewares = [
      idempotencyKey({ onEvent: emfMetrics({ dimensions: { Service: 'payments' } }) }),
      idempotencyKey({ onEvent: otelMetrics(metrics.getMeter('payments')) }),
    ];
    for (const middleware of middlewares) await call(middy(charge).use(middleware as never), keyed());
    expect(counted).toHaveBeenCalled();
    {
      const metrics = new Metrics({ namespace: 'shop', serviceName: 'payments' });
      const pay = middy(charge).use(idempotencyKey({ onEvent: powertoolsMetrics(metrics) }));
      const handler = middy(pay).use(logMetrics(metrics));
      await call(handler, keyed());
    }
    expect(written.mock.calls.length).toBeGreaterThan(0);
    written.mockRestore();
  });

  it('errors', async () => {
    const told = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const throwing = (cause: unknown) => {
      throw new StoreError('The database is down.', { retryable: true, cause });
    };
    expect(() => throwing('why')).toThrow('The database is down.');
    const error: unknown = new ClientError('IN_DOUBT', { outcome: 'unknown', key: 'k-1' });
    if (IdempotencyError.is(error) && error.retryable) await sleep((error.retryAfterSeconds ?? 1) * 1000);
    if (ClientError.is(error) && error.outcome === 'unknown') console.warn(`ask about ${error.key}`);
    expect(told).toHaveBeenCalledWith('ask about k-1');
    told.mockRestore();
  });

  it('the client', async () => {
    {
      const pay = idempotentFetch({ keys: fileKeys('/var/lib/shop/keys') });
      expect(pay).toBeTypeOf('function');
    }
    {
      const pay = idempotentFetch({ keys: mapKeys(new Map()) });
      expect(pay).toBeTypeOf('function');
    }
    // In Node there is no IndexedDB: these go on with keys in memory.
    const indexedDBKeys = () => mapKeys(new Map());
    const [tokenUrl, payUrl] = ['https://api.example.com/token/getkey', 'https://api.example.com/token/pay'];
    const sent: string[] = [];
    const payment = order;
    const { orderId } = order;
    vi.stubGlobal('fetch', async (url: string | URL | Request) => {
      sent.push(url instanceof Request ? url.url : String(url));
      return Response.json({ token: 't-1' });
    });
    {
      const pay = idempotentFetch({ keys: indexedDBKeys() });
      const intention = `pay order ${orderId}`;
      const response = await pay('https://api.example.com/payments', {
        intention,
        method: 'POST',
        body: JSON.stringify(payment),
      });
      expect(response.status).toBe(200);
    }
    {
      const pay = tokenFetch({ tokenUrl, payUrl, keys: indexedDBKeys() });
      await pay({ intention: `pay order ${orderId}`, method: 'POST', body: JSON.stringify(payment) });
    }
    expect(sent).toEqual(['https://api.example.com/payments', tokenUrl, payUrl]);
    vi.unstubAllGlobals();
  });

  it('constructs', () => {
    const stack = (define: (this: Stack) => void) =>
      synthesize((app) => {
        const made = new Stack(app, 'Test');
        define.call(made);
        return made;
      });
    stack(function () {
      const [payFunction, getkeyFunction] = [createFunction(this, 'Pay'), createFunction(this, 'Getkey')];
      new IdempotencyTable(this, 'Idempotency').attach(payFunction).attach(getkeyFunction, 'issueToken');
    }).resourceCountIs('AWS::DynamoDB::Table', 1);
    stack(function () {
      const [pay, getToken] = [createFunction(this, 'Pay'), createFunction(this, 'GetToken')];
      const records = new IdempotencyTable(this, 'Idempotency');
      records.attach(pay, 'idempotencyKey', 'wait').attach(getToken, 'issueToken', { namespace: 'token' });
    }).resourceCountIs('AWS::IAM::Policy', 2);
    stack(function () {
      const payFunction = createFunction(this, 'Pay');
      const orders = Table.fromTableName(this, 'Orders', 'orders');
      IdempotencyTable.fromTable(this, 'Records', orders, {
        partitionKey: 'pk',
        sortKey: 'sk',
        keyPrefix: 'idempotency#',
      }).attach(payFunction);
    }).resourceCountIs('AWS::DynamoDB::Table', 0);
    stack(function () {
      const pay = createFunction(this, 'Pay');
      const onCall = new Topic(this, 'OnCall');
      const records = new IdempotencyTable(this, 'Idempotency').attach(pay);
      new IdempotencyMonitoring(this, 'Monitoring', {
        functions: [pay],
        table: records.table,
        alarmActions: [new SnsAction(onCall)],
      });
    }).resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  });
});

const charge = pay;

const root = join(import.meta.dirname, '../..');

describe('docstrings', () => {
  const sources = globSync(['functions/idempotency/**/*.ts', 'infra/*.ts', 'infra/idempotency-table/*.ts'], {
    cwd: root,
  });
  const examples = sources.flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```/gm)].map(([, code = '']) => ({
      path,
      code: code.replace(/^ *\* ?/gm, ''),
    })),
  );

  it('have only examples that run above', () => {
    expect(examples.length).toBeGreaterThan(40);
    // Neither Node nor Vite runs decorators as they are; the example of Redis runs where there is a server.
    const files = [
      import.meta.filename,
      ...['decorated', 'redis'].map((name) => join(root, `docs/examples/${name}.ts`)),
    ];
    const here = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    // The formatter breaks lines in its own way, and some stand in the middle of a statement.
    const loose = (text: string) => text.replace(/,(?=\s*([)}\]]|$))|[\s;]/g, '');
    const lines = examples.flatMap(({ path, code }) => code.split('\n').map((line) => ({ path, line })));
    const missing = lines.filter(({ line }) => !loose(here).includes(loose(line)));
    expect(missing).toEqual([]);
  });
});
