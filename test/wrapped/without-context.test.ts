import { afterEach, expect, it, vi } from 'vitest';
import { makeIdempotent } from '../../functions/idempotency/entries/main.ts';
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
