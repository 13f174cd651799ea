import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalStack } from '../../infra/local/local-stack.ts';
import { openDatabase, type TestDatabase } from './dynamodb.ts';
import { type Answer, maxInFlight, type StormOptions, storm } from './storm.ts';

/** `STORM_SEED=7 npx vitest run --project whole test/e2e/storm.test.ts` plays another storm. */
export const stormSeed = Number(process.env['STORM_SEED'] ?? 2026);
export const stormLimitMs = 120_000;

/** How much there is of a storm. */
export interface StormSize {
  operations: number;
  callers: number;
  kills: number;
}

/** The example API for the tests of a file, and what they do with it. */
export const stormyApi = (start: () => Promise<LocalStack>) => {
  let stack: LocalStack;
  let database: TestDatabase;

  beforeAll(async () => {
    stack = await start();
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
    return storm({ ...options, busyPids, seed: stormSeed });
  };

  return { request, inTurn, items, stormOn };
};

export type StormyApi = ReturnType<typeof stormyApi>;

export const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

export const total = (counts: Map<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

export const stormOfKeys = (
  { request, inTurn, items, stormOn }: StormyApi,
  { operations, callers, kills: due }: StormSize,
): void =>
  it(`G7: idempotencyKey: ${operations} payments x ${callers} callers and ${due} kills make ${operations} payments, and one answer each (seed ${stormSeed})`, {
    timeout: stormLimitMs,
  }, async () => {
    const orderIds = names('paid-by-key', operations);
    const pay = (orderId: string) =>
      request(
        'POST',
        '/payments',
        { orderId, userId: 'u-1', amount: 100, currency: 'EUR' },
        { 'idempotency-key': orderId },
      );
    const { answers, kills, interruptions } = await stormOn(/^PaymentsCreate(?!ForOrder)/, '/payments', {
      operations: orderIds,
      callersPerOperation: callers,
      send: pay,
      kills: due,
    });
    expect(kills).toBe(due);
    expect(total(interruptions)).toBeGreaterThan(0);

    const payments = Map.groupBy(await items('Payments'), ({ orderId }) => String(orderId));
    const repeats = await inTurn(orderIds, pay);
    for (const orderId of orderIds) {
      const [payment, ...others] = payments.get(orderId) ?? [];
      expect(others).toEqual([]);
      expect(repeats.get(orderId)).toMatchObject({ status: 201, replayed: true, json: payment });
      const final = answers.get(orderId) ?? [];
      expect(final).toHaveLength(callers);
      expect(final.filter(({ status }) => status !== 201)).toEqual([]);
      expect(new Set(final.map(({ text }) => text))).toEqual(new Set([repeats.get(orderId)?.text]));
    }
    const attempts = orderIds.map((orderId) => payments.get(orderId)?.[0]?.['attempt']);
    expect(Math.max(...attempts.map(Number)), 'no kill has hit an owner').toBeGreaterThan(1);
  });

export const stormOfTokens = (
  { request, inTurn, items, stormOn }: StormyApi,
  { operations, callers, kills: due }: StormSize,
): void =>
  it(`G37: singleUseToken: ${operations} tokens x ${callers} callers and ${due} kills make at most one payment per token (seed ${stormSeed})`, {
    timeout: stormLimitMs,
  }, async () => {
    const orderIds = names('paid-by-token', operations);
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
      callersPerOperation: callers,
      send: pay,
      kills: due,
    });
    expect(kills).toBe(due);
    expect(total(interruptions)).toBeGreaterThan(0);

    const payments = Map.groupBy(await items('Payments'), ({ orderId }) => String(orderId));
    for (const orderId of orderIds) {
      const paid = payments.get(orderId) ?? [];
      // A token whose request was killed is used up, whether or not the payment was made.
      expect(paid.length).toBeLessThanOrEqual(1);
      if (!interruptions.has(orderId)) expect(paid).toHaveLength(1);

      const final = answers.get(orderId) ?? [];
      expect(final).toHaveLength(callers);
      const accepted = final.filter(({ status }) => status === 201);
      expect(accepted.map(({ json }) => json)).toEqual(interruptions.has(orderId) && accepted.length === 0 ? [] : paid);
      const refusals = final.filter(({ status }) => status !== 201).map(({ status, json }) => [status, json.code]);
      expect(new Set(refusals.map(String))).toEqual(new Set(['409,REPETITIVE_OPERATION']));
    }
    const repeats = await inTurn(orderIds, pay);
    expect(new Set([...repeats.values()].map(({ json }) => json.code))).toEqual(new Set(['REPETITIVE_OPERATION']));
  });
