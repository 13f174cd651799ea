import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { idempotentFetch, mapKeys } from '../../functions/idempotency/entries/client.ts';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';
import { openDatabase } from '../support/dynamodb.ts';
import { expectDescribed } from './described.ts';

let stack: LocalStack;

beforeAll(async () => {
  // Long enough for most kills to come in the middle.
  stack = await startLocalStack({ assembly: inject('assembly'), port: 0, environment: { PROVIDER_LATENCY_MS: '500' } });
});

afterAll(() => stack.close());

const items = (table: string) => {
  const name = Object.entries(stack.tables).find(([logicalId]) => logicalId.startsWith(table))?.[1] ?? '';
  return openDatabase(stack.endpoint).items(name);
};

const checkOut = async (send: ReturnType<typeof idempotentFetch>, intention: string) => {
  const response = await send(`${stack.url}/checkouts`, {
    intention,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId: intention, amount: 4200, currency: 'EUR' }),
  });
  await expectDescribed('POST', `${stack.url}/checkouts`, response.clone());
  return response;
};

it('G230: a checkout pays once at the other system, however often its processes and those of payments are killed', {
  timeout: 120_000,
}, async () => {
  const users: string[] = [];
  const send = idempotentFetch({ keys: mapKeys(new Map()) });
  const pools = ['CheckoutsCreate', 'PaymentsCreate0'].map((id) =>
    stack.functions.find(({ name }) => name.startsWith(id)),
  );
  let kills = 0;
  const killer = setInterval(() => {
    const busy = pools.flatMap((pool) => pool?.processes() ?? []).filter((process) => process.busy);
    const victim = busy[Math.floor(Math.random() * busy.length)];
    if (!victim?.pid || kills >= 8) return;
    kills += 1;
    process.kill(victim.pid, 'SIGKILL');
  }, 300);
  const answers: { status: number; json: Record<string, string> }[] = [];
  try {
    while (kills < 8) {
      const more = Array.from({ length: 8 }, (_, index) => `u-${users.length + index}`);
      users.push(...more);
      const round = more.map(async (user) => {
        const response = await checkOut(send, user);
        return { status: response.status, json: (await response.json()) as Record<string, string> };
      });
      answers.push(...(await Promise.all(round)));
    }
  } finally {
    clearInterval(killer);
  }

  expect(answers.map(({ status }) => status)).toEqual(users.map(() => 201));
  const payments = await items('Payments');
  const checkouts = await items('Checkouts');
  expect(payments).toHaveLength(users.length);
  expect(checkouts).toHaveLength(users.length);
  for (const { json } of answers) {
    expect(payments).toContainEqual(
      expect.objectContaining({ paymentId: json['paymentId'], orderId: json['checkoutId'] }),
    );
    expect(checkouts).toContainEqual(json);
  }
});

it('a checkout that is repeated is answered as before, one that is invalid takes no key', async () => {
  const send = idempotentFetch({ keys: mapKeys(new Map()) });
  const first = await (await checkOut(send, 'again')).text();
  expect(await (await checkOut(send, 'again')).text()).toBe(first);
  const invalid = { intention: 'invalid', method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  expect((await send(`${stack.url}/checkouts`, invalid)).status).toBe(400);
});
