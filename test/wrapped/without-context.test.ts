import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { currentOperation, makeIdempotent } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { durableContext } from '../protocol/durable/durable.ts';
import { lambdaContext } from '../support/lambda.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const warnings = () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  return () => warn.mock.calls.map(([line]) => JSON.parse(String(line)).message);
};

const charging = (options = {}) =>
  makeIdempotent(async (id: string, ..._more: unknown[]) => id, {
    name: 'charge',
    namespace: 'shop',
    key: (id) => id,
    store: memoryStore(),
    ...options,
  });

const says = expect.stringMatching(/^middy-idempotency: charge runs without a Lambda context .* 15 minutes.*`leaseMs`/);

it('a function without a Lambda context says once how long a crash would block its key', async () => {
  const said = warnings();
  const charge = charging();
  await charge('o-1');
  await charge('o-1');
  await charge('o-2');
  expect(said()).toEqual([says]);
});

it('so does each function of its own', async () => {
  const said = warnings();
  await charging()('o-1');
  await charging()('o-1');
  expect(said()).toEqual([says, says]);
});

it.each([
  ['a context among the arguments', {}, ['o-1', lambdaContext()]],
  ['a durable context', {}, ['o-1', durableContext('arn:execution')]],
  ['`leaseMs`', { leaseMs: 30_000 }, ['o-1']],
  ['`quiet`', { quiet: true }, ['o-1']],
  ['a call that `optional` lets pass', { optional: true }, ['']],
] as const)('nothing is said with %s', async (_name, options, args) => {
  const said = warnings();
  await charging(options)(...(args as readonly [string]));
  expect(said()).toEqual([]);
});

it('nothing is said of a lease where nothing is remembered', async () => {
  vi.stubEnv('IDEMPOTENCY_DISABLED', '1');
  const said = warnings();
  await charging()('o-1');
  expect(said()).not.toContainEqual(says);
});

it('G325: a call that has waited for another one has the whole lease when it runs, and nobody takes over while it does', async () => {
  let nowMs = Date.now();
  const now = () => nowMs;
  const ended = Promise.withResolvers<string>();
  const leases: (number | undefined)[] = [];
  const charge = makeIdempotent(
    async (_id: string) => {
      leases.push(currentOperation()?.remainingLeaseMs());
      if (leases.length === 1) return ended.promise;
      nowMs += 1500;
      await sleep(100);
      return `run ${leases.length}`;
    },
    {
      ...{ name: 'charge', namespace: 'shop', key: (id: string) => id, store: memoryStore(), now },
      ...{ leaseMs: 2000, wait: { upToMs: 60_000 }, quiet: true },
    },
  );
  const first = charge('o-1');
  await expect.poll(() => leases.length).toBe(1);
  const waiting = Promise.all([charge('o-1'), charge('o-1')]);
  await sleep(50);
  nowMs += 1900;
  ended.reject(new Error('declined'));
  await expect(first).rejects.toThrow('declined');
  expect(await waiting).toEqual(['run 2', 'run 2']);
  expect(leases).toEqual([2000, 2000]);
});

it.each([
  ['not a number', Number.NaN],
  ['a text', '3000'],
  ['a promise', Promise.resolve(3000)],
])('G51: a context that tells %s in place of the time that remains is refused', async (_what, remaining) => {
  const context = lambdaContext({ getRemainingTimeInMillis: () => remaining as number });
  const charge = charging();
  await expect(charge('o-1', context)).rejects.toThrow('getRemainingTimeInMillis() must return milliseconds');
  expect(await charge('o-1', lambdaContext({ getRemainingTimeInMillis: () => undefined as never }))).toBe('o-1');
});

it.each([
  ['of the Fetch API', () => new Request('https://api.example/pay', { method: 'POST' })],
  ['in the context of Hono', () => ({ req: { raw: new Request('https://api.example/pay') } })],
  ['of Fastify', () => ({ raw: new IncomingMessage(new Socket()) })],
  ['of Node', () => Object.assign(new IncomingMessage(new Socket()), { method: 'POST', url: '/pay' })],
])('G56: a request %s is refused without `scope`, since all callers would be one', async (_what, request) => {
  const options = {
    ...{ name: 'pay', namespace: 'shop', key: () => 'k', fingerprint: () => 1, store: memoryStore(), quiet: true },
  };
  const pay = makeIdempotent(async (_request: unknown, user: string) => `paid by ${user}`, options);
  await expect(pay(request(), 'alice')).rejects.toMatchObject({
    code: 'ILLEGAL_ARGUMENT',
    message: expect.stringContaining('a web framework'),
  });
  const scoped = makeIdempotent(async (_request: unknown, user: string) => `paid by ${user}`, {
    ...options,
    scope: (_request, user) => user,
  });
  expect(await Promise.all(['alice', 'bob'].map((user) => scoped(request(), user)))).toEqual([
    'paid by alice',
    'paid by bob',
  ]);
});
