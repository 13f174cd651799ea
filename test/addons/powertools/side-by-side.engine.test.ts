import { makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { expect, it, vi } from 'vitest';
import { anyEngine, openDatabase } from '../../support/dynamodb.ts';
import { persistenceLayer, type Run, theirs } from './powertools.ts';

/** What the README says of Powertools, tried on the version that is installed. */
const database = openDatabase(anyEngine());
const eventKeyJmesPath = '[orderId, userId]';
const order = { orderId: 'o-1', userId: 'u-1' };

const start = async (run: Run) => {
  const tableName = await database.createTable();
  const options = { tableName, eventKeyJmesPath };
  return { call: theirs(database, run, options), options, records: () => database.items(tableName) };
};

it('its middleware deletes the record of a running request when it refuses a duplicate', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { call, records } = await start(() => promise);
  const running = call(order);
  await vi.waitFor(async () => expect(await records()).toHaveLength(1));
  await expect(call(order)).rejects.toThrow('already an execution in progress');
  expect(await records()).toEqual([]);
  resolve();
  await running;
});

it('its wrapper doesn’t', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { options, records } = await start(() => undefined);
  const wrapped = makeIdempotent(async (_order: typeof order) => promise, {
    persistenceStore: persistenceLayer(database.endpoint, options),
  });
  vi.spyOn(console, 'warn').mockReturnValue();
  const running = wrapped(order);
  await vi.waitFor(async () => expect(await records()).toHaveLength(1));
  await expect(wrapped(order)).rejects.toThrow('already an execution in progress');
  expect(await records()).toHaveLength(1);
  resolve();
  await running;
});

it('its middleware runs a handler again whose result was undefined, its wrapper doesn’t', async () => {
  const run = vi.fn(async () => undefined);
  const { call, options } = await start(run);
  await call(order);
  await call(order);
  expect(run).toHaveBeenCalledTimes(2);
  const wrapped = makeIdempotent(run, { persistenceStore: persistenceLayer(database.endpoint, options) });
  await Reflect.apply(wrapped, undefined, [{ orderId: 'o-2' }]);
  await Reflect.apply(wrapped, undefined, [{ orderId: 'o-2' }]);
  expect(run).toHaveBeenCalledTimes(3);
});

it('it hashes a key that lacks a part', async () => {
  const run = vi.fn(async () => 'paid');
  const { call } = await start(run);
  await call({ orderId: 'o-1' });
  expect(await call({ orderId: 'o-1' })).toBe('paid');
  expect(run).toHaveBeenCalledTimes(1);
});

it('under its middleware, a result above 400 KB is an error after the run, and a repeat runs again', async () => {
  const run = vi.fn(async () => 'x'.repeat(500_000));
  const { call, records } = await start(run);
  await expect(call(order)).rejects.toThrow('Failed to update success record');
  expect(await records()).toEqual([]);
  await expect(call(order)).rejects.toThrow();
  expect(run).toHaveBeenCalledTimes(2);
});
