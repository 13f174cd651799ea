import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import {
  dynamoDBStore,
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
  uniqueIndex,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { durableContext } from '../protocol/durable/durable.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const event = () => httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: {} });
const refusal = /^Two middlewares of one invocation use the same record.*`namespace`/;

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const guarded = (answer: string, options: IdempotencyKeyOptions) => {
  const run = vi.fn(async () => ({ statusCode: 201, body: answer }));
  return { run, handler: middy(run).use(idempotencyKey(options)) as unknown as Handler };
};

describe('G338: a handler after another one of the same invocation that has run the same record', () => {
  it('is refused, naming the cure, and never gets the other one’s answer', async () => {
    const store = memoryStore();
    const [reserve, charge] = [guarded('reserved', { store }), guarded('charged', { store })];
    const context = lambdaContext();
    expect(await reserve.handler(event(), context)).toMatchObject({ body: 'reserved' });
    await expect(charge.handler(event(), context)).rejects.toThrow(refusal);
    expect(charge.run).not.toHaveBeenCalled();
  });

  it('is refused when each gets a copy of the context, and when the first one replays', async () => {
    const store = memoryStore();
    const [reserve, charge] = [guarded('reserved', { store }), guarded('charged', { store })];
    for (const { ...context } of [lambdaContext(), lambdaContext()]) {
      expect(await reserve.handler(event(), { ...context })).toMatchObject({ body: 'reserved' });
      await expect(charge.handler(event(), { ...context })).rejects.toThrow(refusal);
    }
    expect([reserve.run.mock.calls.length, charge.run.mock.calls.length]).toEqual([1, 0]);
  });

  it.each<[what: string, from: (context: object) => object]>([
    ['inherits from it', (context) => Object.create(context)],
    ['inherits from it, and has more', (context) => Object.assign(Object.create(context), { user: 'ann' })],
    ['is an instance with all that it has', (context) => Object.assign(new (class {})(), context)],
    [
      'is an instance of a class that tells its deadline by a getter',
      (context) => {
        class AppContext {
          get getRemainingTimeInMillis() {
            return (context as Context).getRemainingTimeInMillis;
          }
        }
        const { getRemainingTimeInMillis: _told, ...rest } = context as Context;
        return Object.assign(new AppContext(), rest);
      },
    ],
  ])('is refused when each gets what %s', async (_what, from) => {
    const store = memoryStore();
    const [reserve, charge] = [guarded('reserved', { store }), guarded('charged', { store })];
    const context = lambdaContext();
    expect(await reserve.handler(event(), from(context))).toMatchObject({ body: 'reserved' });
    await expect(charge.handler(event(), from(context))).rejects.toThrow(refusal);
    const next = await guarded('paid', { store }).handler(event(), from(lambdaContext()));
    expect(next).toMatchObject({ body: 'reserved' });
  });

  it('is refused inside an operation around both, also behind another middleware of this library', async () => {
    const store = memoryStore();
    const [reserve, charge] = [guarded('reserved', { store }), guarded('charged', { store })];
    const inner = middy(charge.handler).use(idempotencyKey({ store, namespace: 'between' })) as unknown as Handler;
    const outer = middy(async (given: unknown, context: IdempotentContext) => {
      await reserve.handler(given, context);
      return inner(given, context);
    }).use(idempotencyKey({ store, namespace: 'outer' })) as unknown as Handler;
    await expect(outer(event(), lambdaContext())).rejects.toThrow(refusal);
  });

  it('runs with a namespace of its own', async () => {
    const store = memoryStore();
    const [reserve, charge] = [guarded('reserved', { store }), guarded('charged', { store, namespace: 'charge' })];
    const context = lambdaContext();
    await reserve.handler(event(), context);
    expect(await charge.handler(event(), context)).toMatchObject({ body: 'charged' });
  });

  it('is another process’s in a test that gives each invocation an id of its own', async () => {
    const store = memoryStore();
    const base = lambdaContext();
    const call = (awsRequestId: string) => guarded('paid', { store }).handler(event(), { ...base, awsRequestId });
    expect([await call('1'), await call('2')]).toMatchObject([{ body: 'paid' }, { body: 'paid' }]);
  });

  it('runs after one that has failed, in a durable execution, too, and leaves no key taken', async () => {
    const store = memoryStore();
    const arn = 'arn:aws:lambda:eu-central-1:1:function:pay:$LATEST/durable-execution/a/b';
    for (const context of [lambdaContext(), durableContext(arn)]) {
      const key = crypto.randomUUID();
      const [first, fallback] = [
        guarded('first', { store, key: () => key }),
        guarded('fallback', { store, key: () => key }),
      ];
      first.run.mockRejectedValueOnce(new Error('down'));
      await expect(first.handler(event(), context)).rejects.toThrow('down');
      expect(await fallback.handler(event(), context)).toMatchObject({ body: 'fallback' });
      await expect(first.handler(event(), context)).rejects.toThrow(refusal);
      expect(await guarded('other', { store, key: () => key }).handler(event(), lambdaContext())).toMatchObject({
        body: 'fallback',
      });
    }
  });

  it('is refused if it is of another copy of the library', async () => {
    const store = memoryStore();
    const context = lambdaContext();
    await guarded('one', { store }).handler(event(), context);
    vi.resetModules();
    const other = await import('../../functions/idempotency/entries/main.ts');
    const handler = middy(async () => ({ statusCode: 201, body: 'other' })).use(other.idempotencyKey({ store }));
    await expect((handler as unknown as Handler)(event(), context)).rejects.toThrow(refusal);
  });

  it('is itself, whatever ran in between: in a durable execution all have one owner', async () => {
    const store = memoryStore();
    const [one, other] = [guarded('one', { store }), guarded('other', { store, namespace: 'other' })];
    const context = durableContext('arn:aws:lambda:eu-central-1:1:function:pay:$LATEST/durable-execution/a/b');
    for (const [handler, answer] of [
      [one, 'one'],
      [other, 'other'],
      [one, 'one'],
    ] as const)
      expect(await handler.handler(event(), context)).toMatchObject({ body: answer });
    expect([one.run.mock.calls.length, other.run.mock.calls.length]).toEqual([1, 1]);
  });

  it('is not known to be of the same invocation under a copy with a deadline of its own', async () => {
    const store = memoryStore();
    const [one, other] = [guarded('one', { store }), guarded('other', { store })];
    const context = lambdaContext();
    await one.handler(event(), context);
    const copy = { ...context, getRemainingTimeInMillis: () => 500 };
    expect(await other.handler(event(), copy)).toMatchObject({ body: 'one' });
  });

  it('is the same handler, for whom a repeat is a repeat, or another one in another invocation', async () => {
    const store = memoryStore();
    const [one, other] = [guarded('one', { store }), guarded('other', { store })];
    const context = lambdaContext();
    for (const handler of [one.handler, one.handler])
      expect(await handler(event(), context)).toMatchObject({ body: 'one' });
    expect(await other.handler(event(), lambdaContext())).toMatchObject({ body: 'one' });
    expect(one.run).toHaveBeenCalledTimes(1);
  });
});

onEachEngine((database) => {
  it.each([false, true])(
    'G338: a handler that commits its writes is refused, too (readFirst: %j)',
    async (readFirst) => {
      const [tableName, records] = [await database.createTable(), await database.createTable()];
      const store = dynamoDBStore({ tableName: records, client: database.client });
      const insert = () =>
        middy(async (_event: unknown, { writes }: WritesContext) => {
          writes.insert({ tableName, partitionKey: 'id' }, { id: crypto.randomUUID() });
          return { statusCode: 201 };
        }).use(uniqueIndex({ store, key: () => 'k-1', readFirst })) as unknown as Handler;
      const context = lambdaContext();
      expect(await insert()(event(), context)).toMatchObject({ statusCode: 201 });
      await expect(insert()(event(), context)).rejects.toThrow(refusal);
      expect(await database.items(tableName)).toHaveLength(1);
    },
  );
});
