import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { emfSamples, type Sample } from '../../bench/dashboard/emf-samples.ts';
import { createFigures } from '../../bench/dashboard/figures.ts';
import { readDashboard } from '../../bench/dashboard/read-dashboard.ts';
import { readResources } from '../../infra/local/cloud-assembly.ts';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';
import { openDatabase, type TestDatabase } from '../support/dynamodb.ts';
import { expectDescribed } from './described.ts';

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API answers
  json: any;
}

let stack: LocalStack;
let database: TestDatabase;
const startMs = Date.now();
const samples: Sample[] = [];

beforeAll(async () => {
  stack = await startLocalStack({
    assembly: inject('assembly'),
    port: 0,
    log: (line) => samples.push(...emfSamples(line.slice(line.indexOf('] ') + 2))),
  });
  database = openDatabase(stack.endpoint);
});

afterAll(() => stack.close());

const request = async (
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const response = await fetch(`${stack.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  await expectDescribed(method, response.url, response.clone());
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
};

const times = <Result>(count: number, call: () => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, call));

const items = async (table: string, attribute: string, value: string) => {
  const name = Object.entries(stack.tables).find(([logicalId]) => logicalId.startsWith(table))?.[1] ?? '';
  return (await database.items(name)).filter((item) => item[attribute] === value);
};

const inStock = async (sku: string) => (await items('Stock', 'sku', sku))[0]?.['available'];

const newPayment = (orderId: string = crypto.randomUUID()) => ({
  orderId,
  userId: 'u-1',
  amount: 100,
  currency: 'EUR',
});

describe('POST /payments', () => {
  const pay = (key: string, payment: unknown) => request('POST', '/payments', payment, { 'idempotency-key': key });

  it('runs one of many at the same time, and later repeats get its answer, byte for byte', async () => {
    const [key, payment] = [crypto.randomUUID(), newPayment()];
    const answers = await times(20, () => pay(key, payment));
    const [first, ...others] = answers.filter(
      ({ status, headers }) => status === 201 && !headers.has('idempotent-replayed'),
    );
    expect(others).toEqual([]);
    for (const refused of answers.filter(({ status }) => status !== 201)) {
      expect([refused.status, refused.json.code]).toEqual([409, 'IN_PROGRESS']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    const repeat = await pay(`"${key}"`, payment);
    expect(repeat.headers.get('idempotent-replayed')).toBe('true');
    expect([repeat.status, repeat.text, repeat.headers.get('content-type')]).toEqual([
      201,
      first?.text,
      first?.headers.get('content-type'),
    ]);
    expect(await items('Payments', 'orderId', payment.orderId)).toEqual([first?.json]);
    expect((await request('GET', `/payments/${first?.json.paymentId}`)).json).toEqual(first?.json);
  });

  it('refuses the key with another amount, and still replays the stored answer', async () => {
    const [key, payment] = [crypto.randomUUID(), newPayment()];
    const first = await pay(key, payment);
    const mismatch = await pay(key, { ...payment, amount: 999 });
    expect([mismatch.status, mismatch.json.code]).toEqual([422, 'PAYLOAD_MISMATCH']);
    expect((await pay(key, payment)).text).toBe(first.text);
  });

  it('refuses a request without key, and names the field of a bad body', async () => {
    const missing = await request('POST', '/payments', newPayment());
    expect([missing.status, missing.json.code]).toEqual([400, 'ILLEGAL_ARGUMENT']);
    const bad = await pay(crypto.randomUUID(), { ...newPayment(), amount: -1 });
    expect([bad.status, bad.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(bad.json.detail).toContain('amount');
  });
});

describe('POST /orders/{orderId}/payments', () => {
  it('pays an order once per user, without a key from the client', async () => {
    const { orderId, ...payment } = newPayment();
    const pay = (userId: string) => request('POST', `/orders/${orderId}/payments`, { ...payment, userId });
    const answers = await times(10, () => pay('u-1'));
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ text }) => text)).size).toBe(1);
    expect((await pay('u-2')).json.userId).toBe('u-2');
    expect(await items('Payments', 'orderId', orderId)).toHaveLength(2);
  });
});

describe('/token/pay', () => {
  const getToken = async () => (await request('GET', '/token/getkey')).json.token as string;

  it('pays once per token, of many at the same time', async () => {
    const [token, payment] = [await getToken(), newPayment()];
    const answers = await times(20, () => request('POST', '/token/pay', payment, { token }));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const refusals = answers.filter(({ status }) => status !== 201).map(({ status, json }) => [status, json.code]);
    expect(new Set(refusals.map(String))).toEqual(new Set(['409,REPETITIVE_OPERATION']));
    expect(await items('Payments', 'orderId', payment.orderId)).toHaveLength(1);
  });

  it('takes token and payment from the query of a GET', async () => {
    const { orderId, ...payment } = newPayment();
    const query = new URLSearchParams({ ...payment, orderId, amount: '100', token: await getToken() });
    expect((await request('GET', `/token/pay?${query}`)).json).toMatchObject({ orderId, amount: 100 });
    expect((await request('GET', `/token/pay?${query}`)).status).toBe(409);
  });

  it('refuses a made-up token with 409 and none with 400', async () => {
    const madeUp = await request('POST', '/token/pay', newPayment(), { token: 'made-up' });
    expect([madeUp.status, madeUp.json.code]).toEqual([409, 'REPETITIVE_OPERATION']);
    const none = await request('POST', '/token/pay', newPayment());
    expect([none.status, none.json.code]).toEqual([400, 'ILLEGAL_ARGUMENT']);
  });
});

describe('POST /orders', () => {
  const newOrder = (sku: string, quantity = 1) => ({
    orderNo: crypto.randomUUID(),
    userId: 'u-1',
    items: [{ sku, quantity }],
  });

  it('creates one order of 50 at the same time, and reduces the stock once', async () => {
    const order = newOrder('mouse', 3);
    const before = await inStock('mouse');
    const answers = await times(50, () => request('POST', '/orders', order));
    const created = answers.filter(({ status }) => status === 201);
    expect(created).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status !== 201).map(({ json }) => json.code))).toEqual(
      new Set(['DUPLICATE']),
    );
    expect(await items('Orders', 'orderNo', order.orderNo)).toHaveLength(1);
    expect(await inStock('mouse')).toBe((before as number) - 3);
    expect((await request('GET', `/orders/${created[0]?.json.orderId}`)).json).toEqual(created[0]?.json);
  });

  it('with a key gives every repeat the first answer', async () => {
    const order = newOrder('keyboard');
    const before = await inStock('keyboard');
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const answers = await times(20, () => request('POST', '/orders', order, headers));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await inStock('keyboard')).toBe((before as number) - 1);
  });

  it('changes nothing at all when the stock is insufficient', async () => {
    const order = {
      ...newOrder('keyboard', 2),
      items: [
        { sku: 'keyboard', quantity: 2 },
        { sku: 'monitor', quantity: 6 },
      ],
    };
    const before = await inStock('keyboard');
    const refused = await request('POST', '/orders', order);
    expect([refused.status, refused.json.detail]).toEqual([409, 'monitor: 6 ordered, 5 available.']);
    expect(await items('Orders', 'orderNo', order.orderNo)).toEqual([]);
    expect(await inStock('keyboard')).toBe(before);
  });
});

it('G275: what it answers is what docs/openapi.yaml describes; anything else is told', async () => {
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const payment = newPayment();
  // Each is compared as it comes.
  const answers = [
    await request('POST', '/payments', payment, headers),
    await request('POST', '/payments', payment, headers),
    await request('POST', '/payments', { ...payment, amount: 1 }, headers),
    await request('POST', '/payments', payment),
    await request('POST', '/token/pay', payment, { token: 'made-up' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 422, 400, 409]);
  const { text } = answers[2] as Answer;
  const refusal = (status: number, body: string, more = {}) =>
    new Response(body, { status, headers: { 'content-type': 'application/problem+json', ...more } });
  const described = (response: Response) => expectDescribed('POST', `${stack.url}/payments`, response);
  await described(refusal(422, text));
  await expect(described(refusal(422, text.replace('PAYLOAD_MISMATCH', 'DUPLICATE')))).rejects.toThrow();
  await expect(described(refusal(422, text, { 'retry-after': '1' }))).rejects.toThrow('no header retry-after');
  await expect(described(refusal(418, text))).rejects.toThrow('no 418 of POST /payments');
});

describe('what does not exist', () => {
  it('is answered with 404, the guards of unique values included', async () => {
    expect((await request('GET', '/payments/none')).status).toBe(404);
    const ordersTable = Object.entries(stack.tables).find(([logicalId]) => logicalId.startsWith('Orders'))?.[1] ?? '';
    const guard = (await database.items(ordersTable)).find((item) => 'uniqueOf' in item);
    expect((await request('GET', `/orders/${encodeURIComponent(String(guard?.['orderId']))}`)).status).toBe(404);
  });
});

describe('a function that is killed in mid-payment', () => {
  it('blocks the repeat until its lease ends; then the repeat runs as attempt 2', async () => {
    const slow = await startLocalStack({
      assembly: inject('assembly'),
      port: 0,
      environment: { PROVIDER_LATENCY_MS: '2000' },
    });
    try {
      const payment = newPayment();
      const pay = async () => {
        const response = await fetch(`${slow.url}/payments`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': 'k-1' },
          body: JSON.stringify(payment),
        });
        await expectDescribed('POST', response.url, response.clone());
        return { status: response.status, json: (await response.json()) as { code?: string; attempt?: number } };
      };
      const killed = pay();
      const target = slow.functions.find(({ name }) => name.startsWith('PaymentsCreate0'));
      const slowDatabase = openDatabase(slow.endpoint);
      const records = Object.entries(slow.tables).find(([logicalId]) => logicalId.startsWith('Idempotency'))?.[1] ?? '';
      await expect.poll(() => slowDatabase.items(records), { timeout: 10_000 }).toHaveLength(1);
      const [victim] = target?.processes().filter(({ busy }) => busy) ?? [];
      process.kill(victim?.pid ?? Number.NaN, 'SIGKILL');
      expect((await killed).status).toBe(500);

      const [{ leaseExpiresAt } = {}] = await slowDatabase.items(records);
      let repeat = await pay();
      expect([repeat.status, repeat.json.code]).toEqual([409, 'IN_PROGRESS']);
      while (repeat.status === 409) {
        expect(repeat.json.code).toBe('IN_PROGRESS');
        await sleep(250);
        repeat = await pay();
      }
      expect(Date.now()).toBeGreaterThan(leaseExpiresAt as number);
      expect([repeat.status, repeat.json.attempt]).toEqual([201, 2]);
    } finally {
      await slow.close();
    }
  });
});

describe('the dashboard', () => {
  it('G240: shows the runs, refusals and times of every function that it watches', async () => {
    const checkout = { userId: 'u-1', amount: 100, currency: 'EUR' };
    await request('POST', '/checkouts', checkout, { 'idempotency-key': crypto.randomUUID() });
    const shown = () => {
      const figures = createFigures(samples, { startMs, periodMs: Date.now() - startMs + 1, periods: 1 });
      return readDashboard(readResources(inject('assembly'))).flatMap((widget) =>
        'lines' in widget
          ? widget.lines
              .filter((line) => (figures(line)[0] ?? 0) > 0)
              .map(({ label }) => `${widget.title.split(',')[0]}: ${label}`)
          : [],
      );
    };
    const functions = ['TokenPay', 'PaymentsCreate', 'PaymentsCreateForOrder', 'OrdersCreate', 'CheckoutsCreate'];
    // Logs come after answers.
    await expect
      .poll(shown)
      .toEqual(
        expect.arrayContaining([
          ...functions.flatMap((name) => [`Time of handlers: ${name}`, `Time of the store: ${name}`]),
          'Since the start of the time range: operations run',
          'Since the start of the time range: duplicates saved',
          'Requests: refused',
          'Refusals: still running',
          'Refusals: another payload',
          'Refusals: token used or unknown',
          'Refusals: duplicate',
          'Refusals: condition failed',
          'Refusals: no key, or a malformed one',
        ]),
      );
  });
});
