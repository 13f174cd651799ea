import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';
import { openDatabase, type TestDatabase } from '../support/dynamodb.ts';
import { type Answer, maxInFlight, type StormOptions, storm } from '../support/storm.ts';

/** `STORM_SEED=7 npx vitest run --project whole test/e2e/storm.test.ts` plays another storm. */
const seed = Number(process.env['STORM_SEED'] ?? 2026);
const limitMs = 120_000;

let stack: LocalStack;
let database: TestDatabase;

beforeAll(async () => {
  // Long enough for most kills to come in the middle of a payment.
  stack = await startLocalStack({ assembly: inject('assembly'), port: 0, environment: { PROVIDER_LATENCY_MS: '400' } });
  database = openDatabase(stack.endpoint);
});

afterAll(() => stack.close());

const request = async (method: string, path: string, body?: unknown, headers = {}): Promise<Answer> => {
  const response = await fetch(`${stack.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const replayed = response.headers.has('idempotent-replayed');
  return { status: response.status, replayed, text, json: JSON.parse(text) };
};

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** One after the other, so that no more processes have to start. */
const inTurn = async (operations: readonly string[], send: (operation: string) => Promise<Answer>) => {
  const answers = new Map<string, Answer>();
  for (const operation of operations) answers.set(operation, await send(operation));
  return answers;
};

const items = async (table: string) => {
  const name = Object.entries(stack.tables).find(([logicalId]) => logicalId.startsWith(table))?.[1] ?? '';
  return database.items(name);
};

/** A storm on one function, whose processes have started: one that is killed while it starts has nothing to lose. */
const stormOn = async (functionId: RegExp, path: string, options: Omit<StormOptions, 'busyPids' | 'seed'>) => {
  await Promise.all(names('warm-up', maxInFlight).map(() => request('POST', path, null)));
  const pool = stack.functions.find(({ name }) => functionId.test(name));
  const busyPids = () => pool?.processes().flatMap(({ pid, busy }) => (busy ? [pid] : [])) ?? [];
  return storm({ ...options, busyPids, seed });
};

const total = (counts: Map<string, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0);

it(`G7: idempotencyKey: 50 payments x 40 callers and 10 kills make 50 payments, and one answer each (seed ${seed})`, {
  timeout: limitMs,
}, async () => {
  const orderIds = names('paid-by-key', 50);
  const pay = (orderId: string) =>
    request(
      'POST',
      '/payments',
      { orderId, userId: 'u-1', amount: 100, currency: 'EUR' },
      { 'idempotency-key': orderId },
    );
  const { answers, kills, interruptions } = await stormOn(/^PaymentsCreate(?!ForOrder)/, '/payments', {
    operations: orderIds,
    callersPerOperation: 40,
    send: pay,
    kills: 10,
  });
  expect(kills).toBe(10);
  expect(total(interruptions)).toBeGreaterThan(0);

  const payments = Map.groupBy(await items('Payments'), ({ orderId }) => String(orderId));
  const repeats = await inTurn(orderIds, pay);
  for (const orderId of orderIds) {
    const [payment, ...others] = payments.get(orderId) ?? [];
    expect(others).toEqual([]);
    expect(repeats.get(orderId)).toMatchObject({ status: 201, replayed: true, json: payment });
    const final = answers.get(orderId) ?? [];
    expect(final).toHaveLength(40);
    expect(final.filter(({ status }) => status !== 201)).toEqual([]);
    expect(new Set(final.map(({ text }) => text))).toEqual(new Set([repeats.get(orderId)?.text]));
  }
  const attempts = orderIds.map((orderId) => payments.get(orderId)?.[0]?.['attempt']);
  expect(Math.max(...attempts.map(Number)), 'no kill has hit an owner').toBeGreaterThan(1);
});

it(`G40: uniqueIndex with a key: 50 orders x 20 callers and 30 kills make 50 orders, and take 50 articles (seed ${seed})`, {
  timeout: limitMs,
}, async () => {
  const orderNos = names('ordered', 50);
  const order = (orderNo: string) =>
    request(
      'POST',
      '/orders',
      { orderNo, userId: 'u-1', items: [{ sku: 'mouse', quantity: 1 }] },
      { 'idempotency-key': orderNo },
    );
  const inStock = async () => (await items('Stock')).find(({ sku }) => sku === 'mouse')?.['available'];
  const before = await inStock();
  const { answers, kills, interruptions } = await stormOn(/^OrdersCreate/, '/orders', {
    operations: orderNos,
    callersPerOperation: 20,
    send: order,
    kills: 30,
  });
  expect(kills).toBe(30);
  expect(total(interruptions)).toBeGreaterThan(0);
  expect(await inStock()).toBe(Number(before) - orderNos.length);

  const orders = Map.groupBy(await items('Orders'), ({ orderNo }) => String(orderNo));
  const repeats = await inTurn(orderNos, order);
  for (const orderNo of orderNos) {
    const [created, ...others] = orders.get(orderNo) ?? [];
    expect(others).toEqual([]);
    expect(repeats.get(orderNo)).toMatchObject({ status: 201, replayed: true, json: created });
    const final = answers.get(orderNo) ?? [];
    expect(final).toHaveLength(20);
    expect(final.filter(({ status }) => status !== 201)).toEqual([]);
    expect(new Set(final.map(({ text }) => text))).toEqual(new Set([repeats.get(orderNo)?.text]));
  }
  expect(await inStock()).toBe(Number(before) - orderNos.length);
});

it(`G37: singleUseToken: 40 tokens x 20 callers and 10 kills make at most one payment per token (seed ${seed})`, {
  timeout: limitMs,
}, async () => {
  const orderIds = names('paid-by-token', 40);
  const tokens = await inTurn(orderIds, () => request('GET', '/token/getkey'));
  const pay = (orderId: string) =>
    request(
      'POST',
      '/token/pay',
      { orderId, userId: 'u-1', amount: 100, currency: 'EUR' },
      { token: tokens.get(orderId)?.json.token },
    );
  const { answers, kills, interruptions } = await stormOn(/^TokenPay/, '/token/pay', {
    operations: orderIds,
    callersPerOperation: 20,
    send: pay,
    kills: 10,
  });
  expect(kills).toBe(10);
  expect(total(interruptions)).toBeGreaterThan(0);

  const payments = Map.groupBy(await items('Payments'), ({ orderId }) => String(orderId));
  for (const orderId of orderIds) {
    const paid = payments.get(orderId) ?? [];
    // A token whose request was killed is used up, whether or not the payment was made.
    expect(paid.length).toBeLessThanOrEqual(1);
    if (!interruptions.has(orderId)) expect(paid).toHaveLength(1);

    const final = answers.get(orderId) ?? [];
    expect(final).toHaveLength(20);
    const accepted = final.filter(({ status }) => status === 201);
    expect(accepted.map(({ json }) => json)).toEqual(interruptions.has(orderId) && accepted.length === 0 ? [] : paid);
    const refusals = final.filter(({ status }) => status !== 201).map(({ status, json }) => [status, json.code]);
    expect(new Set(refusals.map(String))).toEqual(new Set(['409,REPETITIVE_OPERATION']));
  }
  const repeats = await inTurn(orderIds, pay);
  expect(new Set([...repeats.values()].map(({ json }) => json.code))).toEqual(new Set(['REPETITIVE_OPERATION']));
});
