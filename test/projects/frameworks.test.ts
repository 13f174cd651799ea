import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { createConsumer, packTarball, readJson, root, strictProject, typeCheck } from '../support/consumer.ts';
import { openDatabase } from '../support/dynamodb.ts';
import { type Answer, call } from '../support/examples.ts';
import { httpApiEvent } from '../support/lambda.ts';
import { frameworkPackages, optionalOfNest } from './framework-packages.ts';

const examples = join(root, 'docs/examples/frameworks');

let folder: string;
let engine: Engine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'frameworks-'));
  const { devDependencies } = await readJson<{ devDependencies: Record<string, string> }>(join(root, 'package.json'));
  const ours = ['@aws-sdk/client-dynamodb', '@middy/core', '@types/aws-lambda', '@types/node'];
  const [tarball] = await Promise.all([
    packTarball(join(folder, 'release')),
    startEngine().then((started) => {
      engine = started;
    }),
  ]);
  const app = join(folder, 'app');
  await createConsumer(app, {
    tarball,
    dependencies: {
      ...frameworkPackages,
      ...Object.fromEntries(ours.map((name) => [name, devDependencies[name] ?? ''])),
    },
    files: { 'tsconfig.json': JSON.stringify(strictProject({ experimentalDecorators: true })) },
  });
  for (const file of await readdir(examples)) await cp(join(examples, file), join(app, file));
  vi.stubEnv('IDEMPOTENCY_TABLE', await openDatabase(engine.endpoint).createTable());
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', engine.endpoint);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
}, 300_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await engine.close();
  await rm(folder, { recursive: true });
});

/** As `NodejsFunction` bundles by default. */
const bundled = async (name: string): Promise<Record<string, unknown>> => {
  const outfile = join(folder, `${name}.cjs`);
  await build({
    absWorkingDir: join(folder, 'app'),
    entryPoints: [`${name}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: optionalOfNest,
    logLevel: 'error',
  });
  return (await import(outfile)) as Record<string, unknown>;
};

const request = (
  path: string,
  key: string | undefined,
  body: unknown,
  headers: Record<string, string> = {},
  routeKey = '$default',
) =>
  httpApiEvent({
    path,
    routeKey,
    headers: { ...(key !== undefined && { 'idempotency-key': key }), ...headers },
    body,
  });

const payment = { orderId: 'o-1', amount: 100 };
const codeOf = ({ body }: Answer): unknown => JSON.parse(body).code;

it('the examples are well typed', async () => {
  expect(await typeCheck(join(folder, 'app'))).toEqual([]);
});

describe.each([
  ['hono', 'handler'],
  ['express', 'handler'],
  ['express', 'handlerOfServerlessHttp'],
  ['fastify', 'handler'],
  ['nest', 'handler'],
])('%s, protected around its adapter (%s)', (name, exported) => {
  const prefix = `${name}-${exported}`;
  let send: (key: string | undefined, body: unknown, path?: string) => Promise<Answer>;

  beforeAll(async () => {
    const { [exported]: handler } = await bundled(name);
    send = (key, body, path = '/payments') => call(handler, request(path, key && `${prefix}-${key}`, body));
  });

  it('gives a repeat the first answer', async () => {
    const first = await send('k-1', payment);
    expect(first.statusCode).toBe(201);
    const { 'idempotency-key-max-age': _, ...lasting } = first.headers ?? {};
    expect(await send('k-1', payment)).toMatchObject({
      statusCode: 201,
      body: first.body,
      headers: { ...lasting, 'idempotent-replayed': 'true' },
    });
  });

  it('refuses the key with another payload, and a request without one', async () => {
    await send('k-2', payment);
    expect(codeOf(await send('k-2', { ...payment, amount: 1 }))).toBe('PAYLOAD_MISMATCH');
    expect(codeOf(await send(undefined, payment))).toBe('ILLEGAL_ARGUMENT');
  });

  it('lets the corrected request use the key after an answer of 400, and after 404', async () => {
    expect(await send('k-3', '{"amount":')).toMatchObject({ statusCode: 400 });
    expect(await send('k-3', payment, '/nowhere')).toMatchObject({ statusCode: 404 });
    expect(await send('k-3', payment)).toMatchObject({ statusCode: 201 });
  });

  it('runs again after an answer of 500', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const failing = { ...payment, amount: 20_000 };
    for (const _try of [1, 2]) {
      const { statusCode, headers } = await send('k-4', failing);
      expect(statusCode).toBe(500);
      expect(headers).not.toHaveProperty('idempotent-replayed');
    }
    expect(codeOf(await send('k-4', payment))).toBe('PAYLOAD_MISMATCH');
  });
});

describe.each(['hono', 'express', 'fastify', 'nest'])('%s, with a protected function in a route', (name) => {
  let refund: (user: string, key: string | undefined, amount?: number) => Promise<Answer>;

  beforeAll(async () => {
    const { unguarded } = await bundled(name);
    refund = (user, key, amount = 100) =>
      call(
        unguarded,
        request('/refunds', key && `${name}-${key}`, { ...payment, amount }, { 'x-user': `${name}-${user}` }),
      );
  });

  it('gives a repeat the first result, and each user his own', async () => {
    const warn = vi.spyOn(console, 'warn');
    const first = await refund('ann', 'r-1');
    expect(first.statusCode).toBe(201);
    expect((await refund('ann', 'r-1')).body).toBe(first.body);
    const other = await refund('bob', 'r-1');
    expect(other.statusCode).toBe(201);
    expect(other.body).not.toBe(first.body);
    expect(warn).not.toHaveBeenCalled(); // it knows its deadline
  });

  it('answers what the function refuses', async () => {
    await refund('ann', 'r-2');
    const mismatch = await refund('ann', 'r-2', 1);
    expect(mismatch).toMatchObject({
      statusCode: 422,
      headers: { 'content-type': expect.stringContaining('application/problem+json') },
    });
    expect(codeOf(mismatch)).toBe('PAYLOAD_MISMATCH');
    expect(await refund('ann', undefined)).toMatchObject({ statusCode: 400 });
    const both = await Promise.all([refund('ann', 'r-3'), refund('ann', 'r-3')]);
    for (const { statusCode, headers } of both) {
      if (statusCode === 409) expect(headers).toMatchObject({ 'retry-after': '1' });
      else expect(statusCode).toBe(201);
    }
    expect(both.map(({ statusCode }) => statusCode)).toContain(201);
  });
});

describe('hono, protected except for some routes', () => {
  const atProxy = (path: string, key?: string) => request(path, key, payment, {}, 'ANY /{proxy+}');

  let handler: unknown;

  beforeAll(async () => {
    ({ handler } = await bundled('some-routes'));
  });

  it('lets the named path pass, and tells paths behind one greedy route apart by `scope`', async () => {
    const refund = () =>
      call(handler, request('/refunds', 'some-1', payment, { 'x-user': 'some-ann' }, 'ANY /{proxy+}'));
    const first = await refund();
    expect(first).toMatchObject({ statusCode: 201 });
    for (const { body, headers } of [first, await refund()]) {
      expect(body).toBe(first.body);
      expect(headers).not.toHaveProperty('idempotency-key-max-age'); // as the answers of the guard have it
    }
    expect(await call(handler, atProxy('/payments', 'some-1'))).toMatchObject({ statusCode: 201 });
    expect(await call(handler, atProxy('/orders', 'some-1'))).toMatchObject({ statusCode: 404 });
  });

  it.each(['/payments', '/paym%65nts', '/Refunds', '/refunds/', '/nowhere'])(
    'guards %s, whatever route the framework takes it for',
    async (path) => {
      expect(codeOf(await call(handler, atProxy(path)))).toBe('ILLEGAL_ARGUMENT');
    },
  );

  it('gives a repeat of an encoded path the first answer, as an operation of its own', async () => {
    const plain = await call(handler, atProxy('/payments', 'some-3'));
    const encoded = await call(handler, atProxy('/paym%65nts', 'some-3'));
    expect(encoded).toMatchObject({ statusCode: 201 });
    expect(encoded.body).not.toBe(plain.body);
    expect(await call(handler, atProxy('/paym%65nts', 'some-3'))).toMatchObject({
      body: encoded.body,
      headers: { 'idempotent-replayed': 'true' },
    });
  });

  it('are one route without such a `scope`: the key is refused on another path', async () => {
    const { handler } = await bundled('hono');
    expect(await call(handler, atProxy('/payments', 'some-2'))).toMatchObject({ statusCode: 201 });
    expect(codeOf(await call(handler, atProxy('/nowhere', 'some-2')))).toBe('PAYLOAD_MISMATCH');
  });
});

it('the page names the versions that are tried, and what Nest must be bundled without', async () => {
  const page = (await readFile(join(root, 'docs/frameworks.md'), 'utf8')).replaceAll('\n', ' ');
  for (const name of optionalOfNest) expect(page).toContain(`'${name}'`);
  for (const name of [
    'hono',
    'express',
    'fastify',
    '@nestjs/core',
    '@fastify/aws-lambda',
    '@codegenie/serverless-express',
  ]) {
    expect(page).toContain(`\`${name}\` ${frameworkPackages[name as keyof typeof frameworkPackages]}`);
  }
});
