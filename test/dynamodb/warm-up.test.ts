import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import middy, { type MiddlewareObj } from '@middy/core';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { lambdaInit } from '../support/lambda-init.ts';
import { run } from './lean/client-bundle.ts';
import { disconnect, dynamoDB, hang, healthy, json, type Reply, startServer, text } from './lean/harness.ts';

const root = join(import.meta.dirname, '../..');

const inLambda = (endpoint: string, type?: string): void => {
  for (const [name, value] of Object.entries(lambdaInit(endpoint, type))) vi.stubEnv(name, value);
};

/** The entry as a new execution environment loads it. */
const entries = {
  lean: () => import('../../functions/idempotency/entries/lean.ts'),
  'the default SDK client': () => import('../../functions/idempotency/entries/main.ts'),
};

const event = (key = crypto.randomUUID()) => httpApiEvent({ headers: { 'idempotency-key': key }, body: {} });

const methodsOf = (requests: readonly { method: string | undefined }[]) => requests.map(({ method }) => method);

const settled = () => new Promise((resolve) => setTimeout(resolve, 150));

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => vi.unstubAllEnvs());

describe.each(Object.keys(entries) as (keyof typeof entries)[])('warm-up by %s', (entry) => {
  const load = async (endpoint: string, type?: string) => {
    inLambda(endpoint, type);
    const library = await entries[entry]();
    const handler = middy(async () => ({ statusCode: 201 })).use(library.idempotencyKey());
    return { ...library, call: () => handler(event() as never, lambdaContext() as never) };
  };

  it('G290: awaited, asks how DynamoDB is, without a key or a signature, and writes nothing', async () => {
    const { endpoint, requests } = await startServer(dynamoDB());
    const { warmUp } = await load(endpoint);
    expect(await warmUp()).toBeUndefined();
    expect(requests).toHaveLength(1);
    const [{ method, url, headers, body } = { headers: {} }] = requests;
    expect({ method, url, body }).toEqual({ method: 'GET', url: '/', body: '' });
    expect(Object.keys(headers).sort()).toEqual(['connection', 'host']);
  });

  it('G291: makes the connection that the first request uses', async () => {
    const { endpoint, requests } = await startServer(dynamoDB());
    const { warmUp, call } = await load(endpoint);
    await warmUp();
    expect(await call()).toMatchObject({ statusCode: 201 });
    expect(methodsOf(requests)).toEqual(['GET', 'POST', 'POST']);
    expect(new Set(requests.map(({ connection }) => connection)).size).toBe(1);
  });

  it('G291: makes the first request wait, rather than open another connection', async () => {
    const slow: Reply = async (response, request) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await healthy(response, request);
    };
    const { endpoint, requests } = await startServer(dynamoDB(slow));
    const { call } = await load(endpoint);
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    await call();
    expect(methodsOf(requests)).toEqual(['GET', 'POST', 'POST']);
    expect(new Set(requests.map(({ connection }) => connection)).size).toBe(1);
  });

  it('G291: makes way for a first request that comes before there is a connection', async () => {
    const { endpoint, requests } = await startServer(dynamoDB());
    const { call, warmUp } = await load(endpoint);
    await call();
    await warmUp();
    expect(methodsOf(requests).filter((method) => method === 'POST')).toHaveLength(2);
    expect(new Set(requests.map(({ connection }) => connection)).size).toBe(1);
  });

  it('goes through the code of a first call once, however many middlewares and calls ask for it', async () => {
    const { endpoint, requests } = await startServer(dynamoDB());
    const { warmUp, idempotencyKey, uniqueIndex } = await load(endpoint);
    idempotencyKey();
    uniqueIndex();
    await Promise.all([warmUp(), warmUp()]);
    await warmUp();
    expect(methodsOf(requests)).toEqual(['GET']);
  });

  it('G290: calls nothing of the user’s, and says nothing', async () => {
    const { endpoint } = await startServer(dynamoDB());
    inLambda(endpoint);
    const { idempotencyKey, warmUp } = await entries[entry]();
    const called = vi.fn();
    const said = (['log', 'info', 'warn', 'error'] as const).map((level) => vi.spyOn(console, level));
    idempotencyKey({
      key: called,
      scope: called,
      fingerprint: called,
      onEvent: called,
      onAnswer: called,
      toStore: called,
      storeResponse: called,
      keepErrors: called,
      now: called,
      encryption: { seal: called, open: called },
      cache: { of: () => ({ get: called, set: called }) },
    });
    await warmUp();
    await settled();
    for (const spy of [called, ...said]) expect(spy).not.toHaveBeenCalled();
  });

  it('is begun by `uniqueIndex` without a key, too', async () => {
    const { endpoint, requests } = await startServer(dynamoDB());
    inLambda(endpoint);
    const { uniqueIndex } = await entries[entry]();
    uniqueIndex();
    await vi.waitFor(() => expect(methodsOf(requests)).toEqual(['GET']));
  });

  it.each<[string, Reply]>([
    ['refuses', json(403, { message: 'Missing Authentication Token' })],
    ['answers what is no JSON', text(503, '<html>busy</html>')],
    ['breaks off', disconnect],
    ['never answers', hang],
  ])('G290: never rejects, and lets the first request through, when DynamoDB %s', async (_what, greeting) => {
    const { endpoint, requests } = await startServer(dynamoDB(greeting));
    const { warmUp, call } = await load(endpoint);
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    const early = call();
    expect(await warmUp()).toBeUndefined();
    expect(await early).toMatchObject({ statusCode: 201 });
    expect(await call()).toMatchObject({ statusCode: 201 });
    expect(methodsOf(requests)).toEqual(['GET', 'POST', 'POST', 'POST', 'POST']);
  });

  it('G290: never rejects when nobody listens, or a handshake is never answered', async () => {
    const silent = createTcpServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    silent.unref();
    const { port } = silent.address() as AddressInfo;
    for (const endpoint of ['http://127.0.0.1:1', `https://127.0.0.1:${port}`, 'http://nowhere.invalid']) {
      vi.resetModules();
      const { warmUp } = await load(endpoint);
      expect(await warmUp()).toBeUndefined();
    }
  });

  it('G290: never rejects without credentials', async () => {
    const { endpoint } = await startServer(dynamoDB());
    inLambda(endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
    const { warmUp } = await entries[entry]();
    expect(await warmUp()).toBeUndefined();
  });

  it.each([
    ['in SnapStart’s init', { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' }],
    ['outside of Lambda', { AWS_LAMBDA_INITIALIZATION_TYPE: undefined }],
    ['inside an invocation', { _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793' }],
  ])('G292: does nothing %s', async (_where, environment) => {
    const { endpoint, requests } = await startServer(dynamoDB());
    inLambda(endpoint);
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const { warmUp, idempotencyKey } = await entries[entry]();
    idempotencyKey();
    expect(await warmUp()).toBeUndefined();
    await settled();
    expect(requests).toEqual([]);
  });

  it('G292: is left out with `warmUp: false`', async () => {
    const { endpoint, requests } = await startServer(dynamoDB());
    inLambda(endpoint);
    const { dynamoDBStore, uniqueIndex } = await entries[entry]();
    dynamoDBStore({ warmUp: false });
    uniqueIndex({ warmUp: false });
    await settled();
    expect(requests).toEqual([]);
  });

  it('happens for provisioned concurrency', async () => {
    const { endpoint, requests } = await startServer(dynamoDB());
    const { warmUp } = await load(endpoint, 'provisioned-concurrency');
    await warmUp();
    expect(requests).toHaveLength(1);
  });

  it('needs no `await`: a handler that is CommonJS has its connection before the first request', async () => {
    const { endpoint, requests } = await startServer(dynamoDB());
    const folder = await mkdtemp(join(tmpdir(), 'warm-up-'));
    try {
      const source = join(root, `functions/idempotency/entries/${entry === 'lean' ? 'lean' : 'main'}.ts`);
      const handler = `
        import { makeIdempotent } from ${JSON.stringify(source)};
        export const handler = makeIdempotent(async () => 'done', { name: 'work', namespace: 'test', key: () => '1' });
      `;
      await build({
        stdin: { contents: handler, resolveDir: root, loader: 'ts' },
        outfile: join(folder, 'handler.cjs'),
        bundle: true,
        platform: 'node',
        format: 'cjs',
        target: 'node22',
        mainFields: ['module', 'main'],
        logLevel: 'silent',
      });
      const program = `
        const { handler } = require('./handler.cjs');
        setTimeout(async () => console.log(await handler({})), 100);
      `;
      await writeFile(join(folder, 'program.cjs'), program);
      const { stdout } = await run(process.execPath, [join(folder, 'program.cjs')], {
        env: { ...process.env, ...lambdaInit(endpoint) },
      });
      expect(stdout.trim()).toBe('done');
      expect(methodsOf(requests)).toEqual(['GET', 'POST', 'POST']);
      expect(new Set(requests.map(({ connection }) => connection)).size).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

it('the rehearsal of a request reaches its completion', async () => {
  const [{ idempotencyKey }, { memoryStore }, { rehearseRequest }] = await Promise.all([
    entries.lean(),
    import('../../functions/idempotency/entries/testing.ts'),
    import('../../functions/idempotency/middleware/rehearse-request.ts'),
  ]);
  const store = memoryStore();
  const complete = vi.spyOn(store, 'complete');
  await rehearseRequest(idempotencyKey({ store, namespace: 'rehearsal' }) as MiddlewareObj);
  expect(complete).toHaveBeenCalledOnce();
});

describe('a lean client of your own', () => {
  it('is warmed up too', async () => {
    const { endpoint, requests } = await startServer(dynamoDB());
    inLambda('http://127.0.0.1:1');
    const { leanClient, warmUp } = await entries.lean();
    const client = leanClient({ endpoint });
    await warmUp({ client });
    expect(methodsOf(requests)).toEqual(['GET']);
  });
});
