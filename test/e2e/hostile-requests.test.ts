import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';
import { openDatabase } from '../support/dynamodb.ts';
import { expectDescribed } from './described.ts';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack({ assembly: inject('assembly'), port: 0 });
});

afterAll(() => stack.close());

const payment = { orderId: 'o-1', userId: 'u-1', amount: 100, currency: 'EUR' };
const order = { orderNo: 'n-1', userId: 'u-1', items: [{ sku: 'keyboard', quantity: 1 }] };
const item = { sku: 'keyboard', quantity: 1 };

const post = async (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
  const response = await fetch(`${stack.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID(), ...headers },
    body,
  });
  await expectDescribed('POST', response.url, response.clone());
  const { detail, code } = (await response.json()) as { detail: string; code?: string };
  return { status: response.status, detail, code };
};

const records = async () => {
  const [, table = ''] = Object.entries(stack.tables).find(([id]) => id.startsWith('Idempotency')) ?? [];
  return openDatabase(stack.endpoint).items(table);
};

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const long = 'x'.repeat(101);
const lone = String.raw`"\ud800"`;
const json = JSON.stringify;
const instead = (of: object, field: string, value: string) => json({ ...of, [field]: '?' }).replace('"?"', value);

const ofPayments: [string, string | Uint8Array<ArrayBuffer>, string][] = [
  ['no body', '', 'The body is missing.'],
  ['what is no JSON', '{"orderId":', 'The body is not JSON.'],
  ['bytes that are no UTF-8', new Uint8Array([0xff, 0xfe]), 'The body is not JSON.'],
  ['null', 'null', 'the body: expected an object.'],
  ['a list', '[]', 'orderId is missing'],
  ['text', '"pay"', 'the body: expected an object.'],
  ['a deep nest', nested(100_000), 'orderId is missing'],
  ['nothing that is asked for', '{}', 'orderId is missing; userId is missing; amount is missing; currency is missing.'],
  ['null for text', instead(payment, 'userId', 'null'), 'userId: expected text.'],
  ['an object for text', instead(payment, 'orderId', '{"S":"o-1"}'), 'orderId: expected text.'],
  ['no text', instead(payment, 'userId', '""'), 'userId: expected some text.'],
  ['a long text', instead(payment, 'userId', `"${long}"`), 'userId: expected at most 100 characters.'],
  ['a megabyte', instead(payment, 'userId', `"${'x'.repeat(1e6)}"`), 'userId: expected at most 100 characters.'],
  ['half a character', instead(payment, 'orderId', lone), 'orderId: expected well-formed Unicode'],
  ['text for a number', instead(payment, 'amount', '"100"'), 'amount: expected a whole number from 1 to 1000000000.'],
  ['a part of a cent', instead(payment, 'amount', '0.5'), 'amount: expected a whole number'],
  ['nothing to pay', instead(payment, 'amount', '0'), 'amount: expected a whole number'],
  ['a huge number', instead(payment, 'amount', '1e308'), 'amount: expected a whole number'],
  ['more than a number can be', instead(payment, 'amount', '1e999'), 'amount: expected a whole number'],
  ['a deep nest for a number', instead(payment, 'amount', nested(100_000)), 'amount: expected a whole number'],
  ['a currency of its own', instead(payment, 'currency', '"euro"'), 'currency: expected three capital letters'],
];

const ofOrders: [string, string, string][] = [
  ['no items', json({ ...order, items: [] }), 'items: expected at least one item.'],
  ['an object for items', json({ ...order, items: {} }), 'items: expected a list.'],
  ['too many items', json({ ...order, items: Array(51).fill(item) }), 'items: expected at most 50 items.'],
  ['100,000 wrong items', json({ ...order, items: Array(100_000).fill(0) }), 'items: expected at most 50 items.'],
  [
    '50 wrong items',
    json({ ...order, items: Array(50).fill({}) }),
    'items.4.sku is missing; items.4.quantity is missing; and 90 more.',
  ],
  [
    'a quantity that no store has',
    json({ ...order, items: Array(50).fill({ ...item, quantity: Number.MAX_SAFE_INTEGER }) }),
    'items.0.quantity: expected a whole number from 1 to 1000000; ',
  ],
  ['half a character in an article', json(order).replace('"keyboard"', lone), 'items.0.sku: expected well-formed'],
  ['half a character in a number', instead(order, 'orderNo', lone), 'orderNo: expected well-formed'],
  [
    'a number longer than a key may be',
    instead(order, 'orderNo', `"${'é'.repeat(1500)}"`),
    'orderNo: expected at most 100',
  ],
];

describe('G202: a body of', () => {
  it.each(ofPayments)('%s is no payment: 400, which names what is wrong', async (_which, body, detail) => {
    expect(await post('/payments', body)).toMatchObject({ status: 400, detail: expect.stringContaining(detail) });
  });

  it.each(ofOrders)('%s is no order: 400, which names what is wrong', async (_which, body, detail) => {
    expect(await post('/orders', body)).toMatchObject({ status: 400, detail: expect.stringContaining(detail) });
  });

  it('bytes that are no UTF-8, under a type that is sent in base64, is 400', async () => {
    const answer = await post('/payments', new Uint8Array([0xff, 0xfe]), {
      'content-type': 'application/octet-stream',
    });
    expect(answer).toMatchObject({ status: 400, detail: 'The body is not UTF-8.' });
  });
});

describe('an id', () => {
  const status = async (path: string) => {
    const response = await fetch(`${stack.url}${path}`);
    await expectDescribed('GET', response.url, response.clone());
    return response.status;
  };

  it.each(['/payments/', '/orders/'])('in the path %s that is longer than any key may be is 400', async (path) => {
    expect(await status(`${path}${'x'.repeat(3000)}`)).toBe(400);
    expect(await status(`${path}none`)).toBe(404);
  });

  it('of an order is the same in path and body, or 400', async () => {
    const { orderId: _, ...rest } = payment;
    const path = `/orders/${crypto.randomUUID()}/payments`;
    expect(await post(path, json(payment))).toMatchObject({
      status: 400,
      detail: 'orderId: the path and the body name different orders.',
    });
    expect((await post(path, json({ ...payment, orderId: 7 }))).status).toBe(400);
    expect((await post(path, json(rest))).status).toBe(201);
  });
});

describe('a payment in the query', () => {
  it.each(['', 'abc', '1e3', '-1', '0x10', '1'.repeat(20)])('with the amount "%s" is 400', async (amount) => {
    const query = new URLSearchParams({ ...payment, amount, token: 'any' });
    const response = await fetch(`${stack.url}/token/pay?${query}`);
    await expectDescribed('GET', response.url, response.clone());
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      400,
      expect.stringContaining('amount: expected a whole number'),
    ]);
  });
});

describe('G201: what is refused as invalid', () => {
  it('is no record: the corrected request may use the key, whose answer is no replay', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const before = await records();
    expect((await post('/payments', '{"orderId":', headers)).status).toBe(400);
    expect((await post('/payments', json({ ...payment, amount: 0 }), headers)).status).toBe(400);
    expect(await records()).toHaveLength(before.length);
    expect((await post('/payments', json(payment), headers)).status).toBe(201);
  });

  it('burns nobody’s natural key: the order can be paid', async () => {
    const path = `/orders/${crypto.randomUUID()}/payments`;
    const { orderId: _, ...rest } = payment;
    expect((await post(path, json({ ...rest, amount: 'much' }))).status).toBe(400);
    expect((await post(path, json(rest))).status).toBe(201);
  });

  it('uses no token up', async () => {
    const { token } = (await (await fetch(`${stack.url}/token/getkey`)).json()) as { token: string };
    expect((await post('/token/pay', json({ ...payment, amount: 0 }), { token })).status).toBe(400);
    expect((await post('/token/pay', json(payment), { token })).status).toBe(201);
  });
});
