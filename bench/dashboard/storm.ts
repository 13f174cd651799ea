import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalStack } from '../../infra/local/local-stack.ts';
import type { TableProxy } from './table-proxy.ts';

/** What happens when, in parts of the storm. */
export const phases = {
  /** Callers that don't wait: they send each request several times at once. */
  impatience: [0.12, 0.45],
  /** Processes are killed. */
  kills: [0.25, 0.4],
  /** What the handlers themselves need is away. */
  outage: [0.45, 0.52],
  /** The table is throttled. */
  throttling: [0.58, 0.68],
  /** Answers of the table are lost. */
  losses: [0.8, 0.95],
} as const;

const atOnce = 8;
const killEveryMs = 700;

interface Call {
  path: string;
  body: object;
  headers?: Record<string, string>;
}

const payment = (amount = 100) => ({ orderId: randomUUID(), userId: 'u-1', amount, currency: 'EUR' });

const within = ([from, to]: readonly [number, number], part: number): boolean => part >= from && part < to;

/** Plays callers against the local run for a while: patient ones, impatient ones, and everything that can go wrong. */
export const storm = async (
  stack: LocalStack,
  proxy: () => TableProxy,
  { durationMs, random }: { durationMs: number; random: () => number },
): Promise<void> => {
  const startMs = Date.now();
  const part = (): number => (Date.now() - startMs) / durationMs;
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;

  const send = async ({ path, body, headers = {} }: Call): Promise<number> => {
    const response = await fetch(`${stack.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.status;
  };

  const withToken = async (): Promise<Call> => {
    const response = await fetch(`${stack.url}/token/getkey`);
    const { token = 'none' } = (await response.json()) as { token?: string };
    return { path: '/token/pay', body: payment(), headers: { token } };
  };

  const order = (quantity: number): object => ({
    orderNo: randomUUID(),
    userId: 'u-1',
    items: [{ sku: 'mouse', quantity }],
  });

  const calls: (() => Call | Promise<Call>)[] = [
    () => ({ path: '/payments', body: payment(), headers: { 'idempotency-key': randomUUID() } }),
    () => ({ path: '/payments', body: payment(), headers: { 'idempotency-key': randomUUID() } }),
    () => ({ path: `/orders/${randomUUID()}/payments`, body: { userId: 'u-1', amount: 100, currency: 'EUR' } }),
    () => ({
      path: '/orders',
      body: order(random() < 0.05 ? 1_000_000 : 1),
      headers: { 'idempotency-key': randomUUID() },
    }),
    () => ({ path: '/orders', body: order(1) }),
    () => ({
      path: '/checkouts',
      body: { userId: 'u-1', amount: 100, currency: 'EUR' },
      headers: { 'idempotency-key': randomUUID() },
    }),
    withToken,
  ];

  /** Sent again until it is answered, and now and then once more. */
  const patiently = async (call: Call): Promise<void> => {
    for (let tries = 0; tries < 30 && part() < 1; tries += 1) {
      const status = await send(call).catch(() => 503);
      if (status < 500 && !(status === 409 && within(phases.kills, part()))) break;
      await sleep(400);
    }
    if (random() < 0.15) await send(call);
  };

  const impatiently = async (call: Call): Promise<void> => {
    await Promise.allSettled([send(call), send(call), sleep(100).then(() => send(call))]);
    if (random() < 0.2) await send({ ...call, body: { ...call.body, amount: 999 } });
    await patiently(call);
  };

  const client = async (): Promise<void> => {
    while (part() < 1) {
      const call = await Promise.resolve(pick(calls)()).catch(() => undefined);
      if (call) await (within(phases.impatience, part()) ? impatiently(call) : patiently(call)).catch(() => undefined);
      if (random() < 0.05) await send({ path: '/payments', body: payment() }).catch(() => undefined);
      await sleep(150 * random());
    }
  };

  const weather = async (): Promise<void> => {
    while (part() < 1) {
      if (within(phases.kills, part())) {
        const busy = stack.functions.flatMap((pool) => pool.processes()).filter((process) => process.busy);
        if (busy.length > 0) process.kill(pick(busy).pid, 'SIGKILL');
      }
      proxy().throttle(within(phases.throttling, part()) ? 0.75 : 0);
      proxy().loseAnswers(within(phases.losses, part()) ? 0.25 : 0);
      proxy().failOthers(within(phases.outage, part()) ? 0.8 : 0);
      await sleep(killEveryMs);
    }
  };

  await Promise.all([...Array.from({ length: atOnce }, client), weather()]);
};
