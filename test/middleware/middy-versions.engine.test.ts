import middy from '@middy/core';
import middy6 from 'middy-core-6';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  fromBody,
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
} from '../../functions/idempotency/entries/main.ts';
import { barrier } from '../support/barrier.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

type Run = () => unknown;
type Call = (event: unknown, context?: unknown) => Promise<unknown>;

/** The oldest and the newest version that package.json allows. */
const versions = {
  'Middy 6.0': (run: Run, options: IdempotencyKeyOptions, plugin: object): Call =>
    middy6(async (_event: unknown, _context: IdempotentContext) => run(), plugin).use(idempotencyKey(options)) as Call,
  'Middy 7': (run: Run, options: IdempotencyKeyOptions, plugin: object): Call =>
    middy(async (_event: unknown, _context: IdempotentContext) => run(), plugin).use(idempotencyKey(options)) as Call,
};

const payment = { orderId: '1' };
const keyed = httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: payment });

onEachEngine((database) => {
  describe.each(Object.entries(versions))('under %s', (_version, build) => {
    const protect = async (run: Run, options: IdempotencyKeyOptions = {}, plugin: object = {}) => {
      const events: string[] = [];
      let runs = 0;
      const counted = () => {
        runs += 1;
        return run();
      };
      const handler = build(
        counted,
        {
          store: dynamoDBStore({ tableName: await database.createTable(), client: database.client }),
          onEvent: ({ type }: IdempotencyEvent) => events.push(type),
          tellRetention: false,
          ...options,
        },
        plugin,
      );
      const call: Call = (event, context = lambdaContext()) => handler(event, context);
      return { call, events, runs: () => runs };
    };

    it('a repeat gets the first answer, and a request without a key is refused', async () => {
      const { call, runs } = await protect(() => ({ statusCode: 201, body: `${Math.random()}` }));
      const first = await call(keyed);
      expect(await call(keyed)).toEqual({ ...(first as object), headers: { 'idempotent-replayed': 'true' } });
      expect(await call(httpApiEvent())).toMatchObject({ statusCode: 400 });
      expect(runs()).toBe(1);
    });

    it.each([undefined, null])('a remembered %s is replayed without running again', async (result) => {
      const { call, runs } = await protect(() => result, { key: fromBody('orderId') });
      expect(await call(payment)).toBe(result);
      expect(await call(payment)).toBe(result);
      expect(runs()).toBe(1);
    });

    it('a failure reaches the caller as it is, and the repeat runs again', async () => {
      const failure = new Error('card declined');
      const { call, events, runs } = await protect(() => {
        throw failure;
      });
      await expect(call(keyed)).rejects.toBe(failure);
      await expect(call(keyed)).rejects.toBe(failure);
      expect(runs()).toBe(2);
      expect(events).toEqual(['claimed', 'released', 'claimed', 'released']);
    });

    it('holds the key when Middy answers early for a handler that still runs', async () => {
      const { opened, open } = barrier();
      const plugin = { timeoutEarlyInMillis: 50 };
      const { call, events } = await protect(() => opened, {}, plugin);
      const endMs = Date.now() + 500;
      const context = lambdaContext({ getRemainingTimeInMillis: () => endMs - Date.now() });
      await expect(call(keyed, context)).rejects.toThrow('aborted');
      expect(events).toEqual(['claimed', 'held']);
      expect(await call(keyed)).toMatchObject({ statusCode: 409 });
      open();
    });
  });
});
