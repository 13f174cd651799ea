import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createClient } from '../../infra/local/dynamodb-client.ts';
import { engineKinds } from '../../infra/local/engine.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../infra/local/local-stack.ts';
import { reasonToSkip } from '../support/machine.ts';
import {
  functionResource,
  getJson,
  isAlive,
  routeResources,
  stockTable,
  temporaryDirectory,
  writeAssembly,
} from './fixture.ts';

const bundles = {
  'asset.shop': `export const handler = async ({ rawPath }) => {
    if (rawPath === '/fail') throw new Error('failed');
    return { pid: process.pid, endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB, latency: process.env.LATENCY_MS };
  };`,
};

function exampleAssembly(): string {
  const Environment = { Variables: { STOCK_TABLE: { Ref: 'Stock' }, LATENCY_MS: '100' } };
  return writeAssembly(
    {
      Stock: stockTable,
      Shop: functionResource('asset.shop', { Environment, Timeout: 30 }),
      ...routeResources('ShopRoute', 'GET /shop', 'Shop'),
      ...routeResources('FailRoute', 'GET /fail', 'Shop'),
    },
    bundles,
  );
}

async function start(options: Partial<LocalStackOptions> = {}) {
  const stack = await startLocalStack({ assembly: exampleAssembly(), port: 0, ...options });
  onTestFinished(() => stack.close());
  const get = (path: string) => getJson<{ pid: number }>(`${stack.url}${path}`);
  return { stack, get };
}

async function withClient<T>({ endpoint }: LocalStack, use: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const client = createClient(endpoint);
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

const keyboard = { TableName: 'Stock', Key: { sku: { S: 'keyboard' } } };

const keyboards = async (stack: LocalStack) =>
  (await withClient(stack, (client) => client.send(new GetItemCommand(keyboard)))).Item?.['available']?.N;

const sell = (stack: LocalStack) =>
  withClient(stack, (client) =>
    client.send(
      new UpdateItemCommand({
        ...keyboard,
        UpdateExpression: 'SET available = available - :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    ),
  );

test('the routes of a template run its functions beside its tables', async () => {
  const { stack, get } = await start();
  expect(await get('/shop')).toEqual({ pid: expect.any(Number), endpoint: stack.endpoint, latency: '100' });
  expect(await keyboards(stack)).toBe('100');
});

test('a failing function is an internal server error, and its process serves the next request', async () => {
  const { get } = await start();
  const { pid } = await get('/shop');
  expect(await get('/fail')).toEqual({ message: 'Internal Server Error' });
  expect(await get('/shop')).toMatchObject({ pid });
});

test('GET /_local shows what runs', async () => {
  const { stack, get } = await start();
  const { pid } = await get('/shop');
  expect(await get('/_local')).toEqual({
    endpoint: stack.endpoint,
    engine: stack.engine,
    enginePid: expect.any(Number),
    tables: { Stock: 'Stock' },
    functions: [{ name: 'Shop', routes: ['GET /shop', 'GET /fail'], processes: [{ pid, busy: false }] }],
  });
});

test('a variable that the template defines can be overridden', async () => {
  const { get } = await start({ environment: { LATENCY_MS: '5' } });
  expect(await get('/shop')).toMatchObject({ latency: '5' });
});

test('overriding a variable that no function defines is an error that lists the defined ones', async () => {
  const message = 'no function of the template defines LATENCY; defined are: LATENCY_MS, STOCK_TABLE';
  await expect(start({ environment: { LATENCY: '5' } })).rejects.toThrow(message);
});

test('closing ends every process and frees the port', async () => {
  const { stack, get } = await start();
  const { pid } = await get('/shop');
  await stack.close();
  expect(isAlive(pid)).toBe(false);
  await expect(fetch(stack.endpoint)).rejects.toThrow('fetch failed');
  await start({ port: Number(new URL(stack.url).port) });
});

test('a port in use is replaced by a free one, if any will do', async () => {
  const { stack } = await start();
  const port = Number(new URL(stack.url).port);
  const lines: string[] = [];
  const second = await start({ port, anyPort: true, log: (line) => lines.push(line) });
  expect(lines).toEqual([`note: port ${port} is in use, so this run listens on another one`]);
  expect(await second.get('/shop')).toMatchObject({ endpoint: second.stack.endpoint });
});

test.for(engineKinds)('G254: what is kept outlives the stack: %s', { timeout: 60_000 }, async (engine, { skip }) => {
  const reason = await reasonToSkip(engine);
  skip(reason !== undefined, reason);
  const keepIn = join(temporaryDirectory(), 'a', 'b');
  const first = await start({ keepIn, engine });
  await sell(first.stack);
  await expect(start({ keepIn, engine })).rejects.toThrow(`another run keeps its data in ${keepIn}`);
  await first.stack.close();
  expect(await keyboards((await start({ keepIn, engine })).stack)).toBe('99');
});

test('G252: an engine that is killed is started again on what it has kept', async () => {
  const lines: string[] = [];
  const { stack } = await start({ keepIn: temporaryDirectory(), log: (line) => lines.push(line) });
  await sell(stack);
  for (const times of [1, 2]) {
    process.kill(stack.enginePid(), 'SIGKILL');
    const restarts = () => lines.filter((line) => line === 'the DynamoDB engine runs again').length;
    await vi.waitFor(() => expect(restarts()).toBe(times), 20_000);
  }
  expect(await keyboards(stack)).toBe('99');
});

test('G254: a kept table with other keys is not taken for the one of the stack', async () => {
  const keepIn = temporaryDirectory();
  const { stack } = await start({ keepIn });
  await stack.close();
  const AttributeDefinitions = [{ AttributeName: 'id', AttributeType: 'S' }];
  const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' }];
  const changed = { ...stockTable, Properties: { ...stockTable.Properties, AttributeDefinitions, KeySchema } };
  const assembly = writeAssembly({ Stock: changed });
  await expect(start({ keepIn, assembly })).rejects.toThrow('the kept table Stock has other keys or indexes');
});

test('data that cannot be kept where they should are an error that names the cure', async () => {
  const keepIn = join(temporaryDirectory(), 'file');
  writeFileSync(keepIn, '');
  await expect(start({ keepIn })).rejects.toThrow(
    `the data can't be kept in ${keepIn} (EEXIST): pass another directory with --data`,
  );
});

test('G252: an engine that ends takes the data in its memory with it, and the stack says so', async () => {
  const { stack } = await start();
  process.kill(stack.enginePid(), 'SIGKILL');
  expect(await stack.lost).toBe(
    'the DynamoDB engine has ended (SIGKILL), and the data in its memory with it: --keep keeps them',
  );
});

test('a port in use leaves no engine behind', async () => {
  const { stack } = await start();
  const port = Number(new URL(stack.url).port);
  const processes = () => process.getActiveResourcesInfo().filter((resource) => resource === 'ProcessWrap').length;
  const before = processes();
  await expect(start({ port })).rejects.toThrow('PORT');
  await vi.waitFor(() => expect(processes()).toBe(before), 20_000);
});
