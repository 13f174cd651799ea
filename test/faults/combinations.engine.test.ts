import middy, { type MiddlewareObj } from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  fromHeader,
  type IdempotencyStore,
  idempotencyKey,
  issueToken,
  singleUseToken,
  type Table,
  uniqueIndex,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { barrier } from '../support/barrier.ts';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { type Answer, behindProxy, codeOf, created, eventually } from './harness.ts';

const by = (headers: Record<string, string>) => httpApiEvent({ headers, body: {} });
const byName = (name: string, store: IdempotencyStore) =>
  idempotencyKey({ tellRetention: false, key: fromHeader(name), namespace: name, store });

onEachEngineAndClient((database) => {
  const stack = (middlewares: readonly unknown[], run: (context: never) => unknown = created) => {
    let runs = 0;
    const handler = middy()
      .use(middlewares as MiddlewareObj[])
      .handler(async (_event: unknown, context: unknown) => {
        runs += 1;
        return run(context as never);
      });
    const call = (event: unknown, context = lambdaContext()) =>
      handler(event as never, context as never) as unknown as Promise<Answer>;
    return { call, runs: () => runs };
  };
  const openStore = async () => {
    const tableName = await database.createTable();
    const store = dynamoDBStore({ tableName, client: database.openClient() });
    const statuses = async () => (await database.items(tableName)).map(({ status }) => status).sort();
    return { store, statuses };
  };

  describe.concurrent('idempotencyKey around uniqueIndex', () => {
    const protect = async () => {
      const { store, statuses } = await openStore();
      const table: Table = { tableName: await database.createTable(), partitionKey: 'id' };
      const writing = ({ writes }: WritesContext) => {
        writes.insert(table, { id: '1' });
        return created();
      };
      const { call, runs } = stack(
        [idempotencyKey({ tellRetention: false, store }), uniqueIndex({ client: database.openClient() })],
        writing,
      );
      return { call: (key: string) => call(by({ 'idempotency-key': key })), runs, statuses };
    };

    it('replays a repeat, and remembers a duplicate as the answer to its key', async () => {
      const { call, runs, statuses } = await protect();
      const first = await call('k-1');
      expect(first.statusCode).toBe(201);
      expect(await call('k-1')).toMatchObject({ body: first.body, headers: { 'idempotent-replayed': 'true' } });
      expect(codeOf(await call('k-2'))).toBe('DUPLICATE');
      expect(await call('k-2')).toMatchObject({ statusCode: 409, headers: { 'idempotent-replayed': 'true' } });
      expect(runs()).toBe(2);
      expect(await statuses()).toEqual(['COMPLETED', 'COMPLETED']);
    });

    it('frees the key when the commit is impossible', async () => {
      const { proxy, store, client, orders, records } = await behindProxy(database);
      const table = await orders();
      let lateMs = 0;
      const now = () => Date.now() + lateMs;
      const middlewares = [
        idempotencyKey({ tellRetention: false, store }),
        uniqueIndex({ client, now, onEvent: () => undefined }),
      ];
      const { call } = stack(middlewares, ({ writes }: WritesContext) => {
        writes.insert(table, { orderId: '1' });
        return created();
      });
      const throttled = { status: 400, error: 'ThrottlingException' };
      proxy.plan('PutItem', [throttled], async () => {
        lateMs = 5900;
        return throttled;
      });
      const event = by({ 'idempotency-key': 'k' });
      expect(await call(event)).toMatchObject({ statusCode: 503 });
      lateMs = 0;
      expect(await records()).toEqual([{ status: 'RELEASED', attempt: 1 }]);
      proxy.planAll('pass');
      expect(await call(event)).toMatchObject({ statusCode: 201 });
    });
  });

  describe.concurrent('two middlewares that name different operations', () => {
    it('run the handler once, and both remember the answer', async () => {
      const { store, statuses } = await openStore();
      const { call, runs } = stack([byName('outer', store), byName('inner', store)]);
      const first = await call(by({ outer: '1', inner: '1' }));
      expect(await call(by({ outer: '1', inner: '1' }))).toMatchObject({ body: first.body });
      expect(runs()).toBe(1);
      expect(await statuses()).toEqual(['COMPLETED', 'COMPLETED']);
    });

    it('of which the inner replays: the outer gives its key back instead of waiting for its lease', async () => {
      const { store, statuses } = await openStore();
      const { call, runs } = stack([byName('outer', store), byName('inner', store)]);
      const first = await call(by({ outer: '1', inner: '1' }));
      expect(await call(by({ outer: '2', inner: '1' }))).toMatchObject({ body: first.body });
      expect(await call(by({ outer: '2', inner: '1' }))).toMatchObject({ statusCode: 201, body: first.body });
      expect(runs()).toBe(1);
      expect(await statuses()).toEqual(['COMPLETED', 'COMPLETED', 'RELEASED']);
    });

    it('of which the inner refuses: the outer is free again', async () => {
      const { store, statuses } = await openStore();
      const { opened, open } = barrier();
      const { call, runs } = stack([byName('outer', store), byName('inner', store)], () => opened.then(created));
      const first = call(by({ outer: '1', inner: '1' }));
      await eventually(() => expect(runs()).toBe(1));
      expect(codeOf(await call(by({ outer: '2', inner: '1' })))).toBe('IN_PROGRESS');
      expect(codeOf(await call(by({ outer: '3' })))).toBe('ILLEGAL_ARGUMENT');
      expect(await statuses()).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'RELEASED', 'RELEASED']);
      open();
      await first;
      expect(await call(by({ outer: '2', inner: '2' }))).toMatchObject({ statusCode: 201 });
    });

    it('of which the inner wants a token that is used: the outer is free again', async () => {
      const { store, statuses } = await openStore();
      const { call } = stack([idempotencyKey({ tellRetention: false, store }), singleUseToken({ store })]);
      const token = await issueToken(store, { scope: 'anonymous' });
      expect(await call(by({ 'idempotency-key': '1', token }))).toMatchObject({ statusCode: 201 });
      expect(codeOf(await call(by({ 'idempotency-key': '2', token })))).toBe('REPETITIVE_OPERATION');
      expect(await statuses()).toEqual(['COMPLETED', 'RELEASED']);
    });

    it('of which the outer replays: the inner is not asked', async () => {
      const { store, statuses } = await openStore();
      const { call } = stack([idempotencyKey({ tellRetention: false, store }), singleUseToken({ store })]);
      const token = await issueToken(store, { scope: 'anonymous' });
      const first = await call(by({ 'idempotency-key': '1', token }));
      expect(await call(by({ 'idempotency-key': '1', token }))).toMatchObject({ body: first.body });
      expect(await statuses()).toEqual(['COMPLETED']);
    });
  });

  describe.concurrent('two middlewares that name the same operation', () => {
    it.each<[string, (store: ReturnType<typeof dynamoDBStore>) => unknown[]]>([
      ['idempotencyKey twice', (store) => [idempotencyKey({ tellRetention: false, store }), idempotencyKey({ store })]],
      [
        'idempotencyKey and uniqueIndex with the same key',
        (store) => [
          idempotencyKey({ tellRetention: false, store }),
          uniqueIndex({ store, key: fromHeader('Idempotency-Key') }),
        ],
      ],
      [
        'singleUseToken twice',
        (store) => [singleUseToken({ store, retainResult: true, tellRetention: false }), singleUseToken({ store })],
      ],
    ])('(%s) are an error that says so, not a request that refuses itself', async (_name, middlewares) => {
      const { store, statuses } = await openStore();
      const { call, runs } = stack(middlewares(store));
      const token = await issueToken(store, { scope: 'anonymous' });
      const event = by({ 'idempotency-key': 'k', token });
      await expect(call(event)).rejects.toThrow('Two middlewares of one invocation');
      expect(runs()).toBe(0);
      expect((await statuses()).filter((status) => status !== 'RELEASED')).toEqual(['ISSUED']);
    });
  });

  describe.concurrent('one store', () => {
    it('serves handlers with different options without mixing them', async () => {
      const { store } = await openStore();
      const events: string[] = [];
      let nowMs = Date.now();
      const clock = { store, now: () => nowMs };
      const brief = stack([
        idempotencyKey({ tellRetention: false, ...clock, namespace: 'brief', retentionSeconds: 60 }),
      ]);
      const long = stack([
        idempotencyKey({ tellRetention: false, ...clock, namespace: 'long', onEvent: ({ type }) => events.push(type) }),
      ]);
      const event = by({ 'idempotency-key': 'k' });
      await Promise.all([brief, long, brief, long].map(({ call }) => call(event)));
      expect([brief.runs(), long.runs()]).toEqual([1, 1]);
      nowMs += 61_000;
      await brief.call(event);
      await long.call(event);
      expect([brief.runs(), long.runs()]).toEqual([2, 1]);
      expect(events.filter((type) => type === 'completed')).toHaveLength(1);
    });
  });

  describe.concurrent('other middlewares and the handler', () => {
    it('G46: may replace request.internal, event and context, and edit the response later', async () => {
      const { store } = await openStore();
      const vandal = {
        before: (request: { internal: unknown; event: unknown; context: unknown }) => {
          request.internal = {};
          request.event = {};
          request.context = lambdaContext({ functionName: 'other' });
        },
      };
      const late = {
        after: ({ response }: { response: Answer }) => {
          response.body = 'edited';
        },
      };
      const { call, runs } = stack([late, idempotencyKey({ tellRetention: false, store }), vandal], () => ({
        statusCode: 201,
        body: 'paid',
      }));
      expect(await call(by({ 'idempotency-key': 'k' }))).toEqual({ statusCode: 201, body: 'edited' });
      const replay = await call(by({ 'idempotency-key': 'k' }));
      expect(replay).toMatchObject({ statusCode: 201, body: 'paid' });
      replay.body = 'edited';
      expect(await call(by({ 'idempotency-key': 'k' }))).toMatchObject({ body: 'paid' });
      expect(runs()).toBe(1);
    });
  });
});
