import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  fromBody,
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  idempotencyKey,
  uniqueIndex,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const event = httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: {} });
const denied = { statusCode: 401 };
const created = { statusCode: 201, body: 'made' };
const replayed = { headers: { 'idempotent-replayed': 'true' } };

/** A hook that answers early the first time it runs. */
const once = (answer: unknown) => {
  let answered = false;
  return () => {
    if (answered) return undefined;
    answered = true;
    return answer;
  };
};

describe('another middleware that answers early', () => {
  const protect = (run: () => unknown = () => created, options: IdempotencyKeyOptions = {}) => {
    const events: IdempotencyEvent[] = [];
    let runs = 0;
    const handler = middy(async (_event: unknown) => {
      runs += 1;
      return run();
    }).use(
      idempotencyKey({
        tellRetention: false,
        store: memoryStore(),
        onEvent: (happened) => events.push(happened),
        ...options,
      }),
    );
    const call = (anEvent: unknown = event) => handler(anEvent, lambdaContext() as never);
    return { handler, call, runs: () => runs, events: () => events.map(({ type }) => type) };
  };

  it('G6: before the handler frees the key: the same request may run at once', async () => {
    for (const afterCrash of ['rerun', 'reject'] as const) {
      const { handler, call, runs, events } = protect(undefined, { afterCrash });
      handler.before(once(denied));
      expect(await call()).toEqual(denied);
      expect(await call()).toEqual(created);
      expect(runs()).toBe(1);
      expect(events()).toEqual(['claimed', 'undone', 'claimed', 'completed']);
    }
  });

  it('by request.earlyResponse does the same, whatever the answer is', async () => {
    const { handler, call, runs, events } = protect();
    const hook = once('answer');
    handler.before((request) => {
      if (hook()) request.earlyResponse = undefined;
    });
    expect(await call()).toBeUndefined();
    expect(await call()).toEqual(created);
    expect(runs()).toBe(1);
    expect(events()).toEqual(['claimed', 'undone', 'claimed', 'completed']);
  });

  it('G6: after the handler is remembered with its answer', async () => {
    const { handler, call, runs } = protect();
    handler.after(() => ({ statusCode: 200, body: 'shaped' }));
    expect(await call()).toEqual({ statusCode: 200, body: 'shaped' });
    expect(await call()).toMatchObject({ statusCode: 200, body: 'shaped', ...replayed });
    expect(runs()).toBe(1);
  });

  it('after the handler is remembered, also if a middleware around has set a response or an error before', async () => {
    for (const name of ['response', 'error'] as const) {
      let runs = 0;
      const preset: unknown[] = [];
      const events: IdempotencyEvent[] = [];
      const options = { store: memoryStore(), onEvent: (happened: IdempotencyEvent) => events.push(happened) };
      const handler = middy(async (_event: unknown) => {
        runs += 1;
        return created;
      })
        .before((request) => {
          request[name] = 'preset' as never;
        })
        .use([idempotencyKey(options), idempotencyKey({ tellRetention: false, ...options, namespace: 'inner' })])
        .before((request) => {
          preset.push(request[name]);
        })
        .after(once('shaped'));
      const call = () => handler(event, lambdaContext() as never);
      expect(await call()).toBe('shaped');
      expect(await call()).toMatchObject({ statusCode: 200, ...replayed });
      expect([runs, preset]).toEqual([1, ['preset']]);
      const types = events.map(({ type }) => type);
      expect(types).toEqual(['claimed', 'claimed', 'completed', 'completed', 'replayed']);
    }
  });

  it('after a handler that returned undefined is remembered, not run again', async () => {
    const { handler, call, runs } = protect(() => undefined, { key: fromBody('id') });
    handler.after(once('shaped'));
    expect(await call({ id: 1 })).toBe('shaped');
    expect(await call({ id: 1 })).toBe('shaped');
    expect(runs()).toBe(1);
  });

  it('for a handler that threw frees the key, unless the error is kept', async () => {
    const failing = () => Promise.reject(undefined);
    const { handler, call, runs } = protect(failing);
    handler.onError(() => ({ statusCode: 400 }));
    expect(await call()).toEqual({ statusCode: 400 });
    expect(await call()).toEqual({ statusCode: 400 });
    expect(runs()).toBe(2);

    const kept = protect(failing, { keepErrors: () => true });
    kept.handler.onError(() => ({ statusCode: 400 }));
    expect(await kept.call()).toEqual({ statusCode: 400 });
    expect(await kept.call()).toEqual({ statusCode: 400 });
    expect(kept.runs()).toBe(1);
  });

  it('is settled with each of two middlewares of this library', async () => {
    const { handler, call, runs, events } = protect(undefined, { namespace: 'outer' });
    const store = memoryStore();
    const innerEvents: string[] = [];
    handler.use(
      idempotencyKey({
        tellRetention: false,
        store,
        namespace: 'inner',
        onEvent: ({ type }) => innerEvents.push(type),
      }),
    );
    handler.before(once(denied));
    handler.after(() => ({ statusCode: 200, body: 'shaped' }));
    expect(await call()).toEqual(denied);
    expect(await call()).toEqual({ statusCode: 200, body: 'shaped' });
    expect(await call()).toMatchObject({ body: 'shaped', ...replayed });
    expect(runs()).toBe(1);
    expect(events()).toEqual(['claimed', 'undone', 'claimed', 'completed', 'replayed']);
    expect(innerEvents).toEqual(['claimed', 'undone', 'claimed', 'completed']);
  });

  it('shows Middy’s requestEnd hook the answer it gave', async () => {
    const seen: unknown[] = [];
    const handler = middy(async () => created, { requestEnd: async (request) => seen.push(await request.response) })
      .use(idempotencyKey({ tellRetention: false, store: memoryStore() }))
      .before(() => denied);
    await handler(event, lambdaContext() as never);
    expect(seen).toEqual([denied]);
  });
});

onEachEngine((database) => {
  it('another middleware that answers early after uniqueIndex’s handler answers for what was written', async () => {
    const orders = { tableName: await database.createTable({ partitionKey: 'orderId' }), partitionKey: 'orderId' };
    const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
      writes.insert(orders, { orderId: '1' });
      return created;
    })
      .use(uniqueIndex({ client: database.client }))
      .after(() => ({ statusCode: 200, body: 'shaped' }));
    expect(await handler(event, lambdaContext() as never)).toEqual({ statusCode: 200, body: 'shaped' });
    expect(await database.items(orders.tableName)).toEqual([{ orderId: '1' }]);
    expect(await handler(event, lambdaContext() as never)).toMatchObject({ statusCode: 409 });
  });

  it('another middleware that answers early before uniqueIndex’s handler writes nothing', async () => {
    const orders = { tableName: await database.createTable({ partitionKey: 'orderId' }), partitionKey: 'orderId' };
    const handler = middy(async (_event: unknown, _context: WritesContext) => created)
      .use(uniqueIndex({ client: database.client }))
      .before((request) => {
        (request.context as WritesContext).writes.insert(orders, { orderId: '1' });
        return denied;
      });
    expect(await handler(event, lambdaContext() as never)).toEqual(denied);
    expect(await database.items(orders.tableName)).toEqual([]);
  });
});
