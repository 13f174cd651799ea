import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createClient } from '../../infra/local/dynamodb-client.ts';
import { type LocalStackOptions, startLocalStack } from '../../infra/local/local-stack.ts';
import { functionResource, getJson, isAlive, routeResources, stockTable, writeAssembly } from './fixture.ts';

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

test('the routes of a template run its functions beside its tables', async () => {
  const { stack, get } = await start();
  expect(await get('/shop')).toEqual({ pid: expect.any(Number), endpoint: stack.endpoint, latency: '100' });
  const client = createClient(stack.endpoint);
  onTestFinished(() => client.destroy());
  const Key = { sku: { S: 'keyboard' } };
  const { Item } = await client.send(new GetItemCommand({ TableName: stack.tables['Stock'], Key }));
  expect(Item).toEqual({ sku: { S: 'keyboard' }, available: { N: '100' } });
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

test('a port in use leaves no engine behind', async () => {
  const { stack } = await start();
  const port = Number(new URL(stack.url).port);
  const processes = () => process.getActiveResourcesInfo().filter((resource) => resource === 'ProcessWrap').length;
  const before = processes();
  await expect(start({ port })).rejects.toThrow('PORT');
  await vi.waitFor(() => expect(processes()).toBe(before), 20_000);
});
