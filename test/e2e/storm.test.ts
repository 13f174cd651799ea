import { expect, inject, it } from 'vitest';
import { startLocalStack } from '../../infra/local/local-stack.ts';
import { names, stormLimitMs, stormOfKeys, stormOfTokens, stormSeed, stormyApi, total } from '../support/stormy-api.ts';

// Long enough for most kills to come in the middle of a payment.
const api = stormyApi(() =>
  startLocalStack({ assembly: inject('assembly'), port: 0, environment: { PROVIDER_LATENCY_MS: '400' } }),
);
const { request, inTurn, items, stormOn } = api;

stormOfKeys(api, { operations: 50, callers: 40, kills: 10 });

it(`G40: uniqueIndex with a key: 50 orders x 20 callers and 30 kills make 50 orders, and take 50 articles (seed ${stormSeed})`, {
  timeout: stormLimitMs,
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

stormOfTokens(api, { operations: 40, callers: 20, kills: 10 });
