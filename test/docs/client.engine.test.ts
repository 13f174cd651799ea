import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { answer, broken, type Reply, settled } from '../caller/harness.ts';
import { exampleDatabase } from '../support/examples.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

exampleDatabase();

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
  vi.stubEnv('KEYS_FOLDER', folder);
});

afterAll(() => rm(folder, { recursive: true }));

/** Requests that the examples make are answered as planned, on a clock that jumps. */
const network = (...replies: Reply[]) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const sent: Request[] = [];
  vi.stubGlobal('fetch', async (input: Request | string) => {
    const request = new Request(input);
    sent.push(request);
    return (replies.shift() ?? expect.fail(`not planned: ${request.url}`))();
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  return sent;
};

const keysOf = (sent: Request[]) => new Set(sent.map(({ headers }) => headers.get('idempotency-key')));

it('client: every try of one order has the same key, in the next process too', async () => {
  const sent = network(
    broken,
    answer(500),
    answer(409, '', { 'retry-after': '2' }),
    answer(201, 'paid'),
    answer(201, 'paid'),
  );
  const { payOrder } = await import('../../docs/examples/client.ts');
  expect(await (await settled(payOrder('o-1', 1))).text()).toBe('paid');
  vi.resetModules();
  const next = await import('../../docs/examples/client.ts');
  expect(next.payOrder).not.toBe(payOrder);
  await settled(next.payOrder('o-1', 1));
  expect(sent).toHaveLength(5);
  expect(keysOf(sent).size).toBe(1);
});

it('client errors: says what is known', async () => {
  network(answer(201), answer(402), answer(403), broken, answer(401));
  const { tellOf } = await import('../../docs/examples/client-errors.ts');
  expect(await settled(tellOf('o-2', 1))).toBe('paid');
  expect(await settled(tellOf('o-2', 2))).toBe('paid');
  expect(await settled(tellOf('o-3', 1))).toBe('not paid: 402');
  expect(await settled(tellOf('o-4', 1))).toBe('not paid: 403');
  expect(await settled(tellOf('o-5', 1))).toMatch(/^ask about [\w-]{36}$/);
});

it('client that asks: what the server may have forgotten is looked up first', async () => {
  const sent = network(broken, answer(401), answer(404), answer(201, 'paid'), answer(200, 'found'));
  const { pay } = await import('../../docs/examples/client-ask.ts');
  const call = () =>
    settled(pay('https://api.example.com/payments', { intention: 'pay 1', method: 'POST', body: '{}' }));
  await expect(call()).rejects.toMatchObject({ code: 'IN_DOUBT' });
  vi.advanceTimersByTime(86_400_000);
  expect(await (await call()).text()).toBe('paid');
  vi.advanceTimersByTime(86_400_000);
  expect(await (await call()).text()).toBe('found');
  expect(sent.map(({ method }) => method)).toEqual(['POST', 'POST', 'GET', 'POST', 'GET']);
  expect(keysOf(sent.filter(({ method }) => method === 'POST')).size).toBe(2);
});

it('client with tokens: gets one, and pays with it', async () => {
  const sent = network(answer(200, { token: 't-1' }), broken, answer(201, 'paid'));
  const { payByToken } = await import('../../docs/examples/client-token.ts');
  expect((await settled(payByToken('o-1', 1))).status).toBe(201);
  expect(sent.map(({ headers }) => headers.get('token'))).toEqual([null, 't-1', 't-1']);
});

it('client with derived keys: every run of one order pays by the same key, another order by another', async () => {
  const { handler } = await import('../../docs/examples/client-derived.ts');
  const sent: Request[] = [];
  const replies: Reply[] = [answer(401), answer(201, { paymentId: 'p-1' }), answer(201, { paymentId: 'p-2' })];
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(request);
    return replies.shift()?.();
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const order = (key: string) =>
    handler(
      httpApiEvent({ headers: { 'idempotency-key': key }, body: { orderId: key, amount: 1 } }) as never,
      lambdaContext() as never,
    );
  await expect(order('o-1')).rejects.toMatchObject({ code: 'IN_DOUBT' });
  expect(await order('o-1')).toMatchObject({ statusCode: 201 });
  expect(await order('o-2')).toMatchObject({ statusCode: 201 });
  const keys = sent.map(({ headers }) => headers.get('idempotency-key'));
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});
