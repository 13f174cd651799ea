import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  type IdempotentContext,
  idempotencyKey,
  issueToken,
  singleUseToken,
  uniqueIndex,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { onEachEngine, testClient } from '../support/dynamodb.ts';
import { lambdaContext } from '../support/lambda.ts';

interface Message {
  id: string;
}

const byId = (message: unknown): string => (message as Message).id;

const messages: Message[] = [{ id: '1' }, { id: '2' }, { id: '3' }];

const derived = (derivedKeys: string[] = []) =>
  middy(async (_message: Message, { idempotency }: IdempotentContext) => {
    await Promise.resolve();
    derivedKeys.push(idempotency.deriveKey('charge'));
    return idempotency.key;
  }).use(idempotencyKey({ key: byId, scope: () => 'all', store: memoryStore() }) as MiddlewareObj);

/** A context of one's own, as that of a durable execution: what it knows is in private fields. */
class OwnContext {
  #steps = 0;
  constructor(given: object) {
    Object.assign(this, given);
  }
  step() {
    this.#steps += 1;
    return this.#steps;
  }
}

const ownContext = () => new OwnContext(lambdaContext());

const contexts: [what: string, make: () => object][] = [
  ['as Lambda gives it', lambdaContext],
  ['an instance of a class', ownContext],
  ['an instance that is frozen', () => Object.freeze(ownContext())],
  ['a proxy of an instance', () => new Proxy(Object.assign(new (class {})(), lambdaContext()), {})],
  ['a proxy of it', () => new Proxy(lambdaContext(), {})],
  ['an object that inherits from it', () => Object.assign(Object.create(lambdaContext()), { user: 'ann' })],
];

describe.each(contexts)('G309: handlers that share a context: %s', (_what, newContext) => {
  it('run at once, each as its own operation', async () => {
    const derivedKeys: string[] = [];
    const one = derived(derivedKeys);
    const context = newContext();
    const keys = await Promise.all(messages.map((message) => one(message, context as never)));
    expect(keys).toEqual(['1', '2', '3']);
    expect(new Set(derivedKeys).size).toBe(3);
    expect(context).not.toHaveProperty('idempotency');
  });

  it('are inside another one, and leave its operation as it is', async () => {
    const inner = derived();
    const outer = middy(async (_event: Message, context: IdempotentContext) => {
      const before = context.idempotency.id;
      await inner({ id: 'inner' }, context);
      return [before, context.idempotency.id];
    }).use(idempotencyKey({ key: byId, scope: () => 'all', store: memoryStore() }) as MiddlewareObj);
    const [before, after] = (await outer({ id: 'outer' }, newContext() as never)) as string[];
    expect(after).toBe(before);
  });

  it('and a request without a key has none of another’s', async () => {
    const seen: boolean[] = [];
    const optional = middy(async (_event: Partial<Message>, context: object) => {
      seen.push('idempotency' in context);
    }).use(
      idempotencyKey({
        ...{ key: byId, scope: () => 'all', optional: true, store: memoryStore() },
      }) as MiddlewareObj,
    );
    const context = newContext();
    await optional({ id: '1' }, context as never);
    await optional({}, context as never);
    expect(seen).toEqual([true, false]);
  });

  it.each<[string, () => MiddlewareObj]>([
    ['`optional`', () => idempotencyKey({ key: byId, scope: () => 'all', optional: true, store: memoryStore() })],
    ['a uniqueIndex without a key', () => uniqueIndex({ client: testClient('http://127.0.0.1:1') })],
  ])('inside an operation have none of its, if they are unguarded: %s', async (_what, guard) => {
    const seen: unknown[] = [];
    const inner = middy(async (_event: object, context: object) => {
      seen.push('idempotency' in context);
    }).use(guard());
    const outer = middy(async (_event: Message, context: IdempotentContext) => {
      await inner({}, context);
      seen.push(context.idempotency.key);
    }).use(idempotencyKey({ key: byId, scope: () => 'all', store: memoryStore() }) as MiddlewareObj);
    await outer({ id: 'outer' }, newContext() as never);
    expect(seen).toEqual([false, 'outer']);
  });

  it('under a token that is used up have none of the operation around them', async () => {
    const store = memoryStore();
    const token = await issueToken(store, { scope: 'all' });
    const inner = middy(async (_event: object, context: object) => 'idempotency' in context).use(
      singleUseToken({ store, token: () => token, scope: () => 'all' }),
    );
    const outer = middy(async (_event: Message, context: IdempotentContext) => inner({}, context)).use(
      idempotencyKey({ key: byId, scope: () => 'all', store: memoryStore() }) as MiddlewareObj,
    );
    expect(await outer({ id: 'outer' }, newContext() as never)).toBe(false);
  });

  it('find in it what it has, its methods, and what other middlewares have added', async () => {
    const context = newContext() as { step?: () => number };
    type Given = IdempotentContext & typeof context & { extra?: string };
    const handler = middy(async (_event: Message, given: Given) => {
      const copy = { ...given, left: given.getRemainingTimeInMillis() };
      return [
        given.functionName,
        copy.left > 0,
        copy.extra,
        Object.keys(copy).includes('idempotency'),
        given.step?.() ?? 1,
      ];
    })
      .use(idempotencyKey({ key: byId, scope: () => 'all', store: memoryStore() }) as MiddlewareObj)
      .before((request) => {
        request.context.extra = 'added';
      });
    const { functionName } = lambdaContext();
    expect(await handler({ id: '1' }, context as never)).toEqual([functionName, true, 'added', true, 1]);
    expect(context.step?.() ?? 2).toBe(2);
  });
});

describe('G309: handlers that share a Lambda context', () => {
  it('keep their operation in a stack with another middleware that has none', async () => {
    const handler = middy(async (_event: Message, { idempotency }: IdempotentContext) => idempotency.key)
      .use(idempotencyKey({ key: byId, scope: () => 'all', store: memoryStore() }) as MiddlewareObj)
      .use(
        idempotencyKey({ key: () => undefined, optional: true, namespace: 'b', store: memoryStore() }) as MiddlewareObj,
      );
    expect(await handler({ id: '1' }, lambdaContext() as never)).toBe('1');
  });

  it('tells what a proxy tells besides what it has', async () => {
    const get = (target: object, name: string) => (name === 'user' ? 'ann' : Reflect.get(target, name));
    const context = new Proxy(lambdaContext(), { get } as ProxyHandler<ReturnType<typeof lambdaContext>>);
    const handler = middy(async (_message: Message, { user }: Context & { user?: string }) => user);
    handler.use(idempotencyKey({ key: byId, store: memoryStore() }) as MiddlewareObj);
    expect(await handler({ id: '1' }, context as never)).toBe('ann');
  });

  it('leaves the context’s own members as they are: functions, accessors, what other middlewares add', async () => {
    let waits = true;
    const context = Object.defineProperty(lambdaContext(), 'callbackWaitsForEmptyEventLoop', {
      enumerable: true,
      get: () => waits,
      set: (value: boolean) => {
        waits = value;
      },
    });
    const handler = middy(async (_event: Message, given: IdempotentContext & { extra?: string }) => {
      given.callbackWaitsForEmptyEventLoop = false;
      return { ...given, left: given.getRemainingTimeInMillis() };
    })
      .use(idempotencyKey({ key: byId, scope: () => 'all', store: memoryStore() }) as MiddlewareObj)
      .before(({ context: added }) => {
        Object.assign(added, { extra: 'added' });
      });
    const seen = (await handler({ id: '1' }, context as never)) as object;
    expect(seen).toMatchObject({ functionName: context.functionName, extra: 'added', left: expect.any(Number) });
    expect(waits).toBe(false);
  });
});

onEachEngine((database) => {
  it.each(contexts)('G309: handlers that share a context write their own items: %s', async (_what, newContext) => {
    const [tableName, records] = [await database.createTable(), await database.createTable()];
    const items = { tableName, partitionKey: 'id' };
    const insert = middy(async ({ id }: Message, { writes }: WritesContext) => {
      await Promise.resolve();
      writes.insert(items, { id });
      return id;
    }).use(
      uniqueIndex({
        store: dynamoDBStore({ tableName: records, client: database.client }),
        key: byId,
        scope: () => 'all',
      }) as MiddlewareObj,
    );
    await insert({ id: '2' }, lambdaContext() as never);
    const context = newContext();
    const twice: Message[] = [...messages, { id: '4' }];
    expect(await Promise.all(twice.map((message) => insert(message, context as never)))).toEqual(['1', '2', '3', '4']);
    expect(await database.items(tableName)).toHaveLength(4);
  });
});
