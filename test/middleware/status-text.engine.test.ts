import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  idempotencyKey,
  issueToken,
  makeIdempotent,
  singleUseToken,
  uniqueIndex,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

onEachEngine(({ createTable, openClient, items }) => {
  describe('a status that is text', async () => {
    const tableName = await createTable();
    const client = openClient();
    const store = dynamoDBStore({ tableName, client });
    const namespace = () => crypto.randomUUID();
    const event = (headers = {}) => httpApiEvent({ headers: { 'idempotency-key': 'k', ...headers }, body: {} });

    /** A handler that answers with one response after the other, and counts its runs. */
    const answering = (...responses: readonly object[]) => {
      let runs = 0;
      const handler = async () => {
        runs += 1;
        return responses[Math.min(runs, responses.length) - 1];
      };
      return { handler, runs: () => runs };
    };

    const failure = { statusCode: '500', body: 'down' };
    const success = {
      statusCode: '201',
      headers: { 'Set-Cookie': 'session=1', 'x-id': '1' },
      multiValueHeaders: { 'set-cookie': ['session=2'], 'x-all': ['1', '2'] },
      cookies: ['session=3'],
      body: 'paid',
    };
    const replayed = {
      statusCode: '201',
      headers: { 'x-id': '1', 'idempotent-replayed': 'true' },
      multiValueHeaders: { 'x-all': ['1', '2'] },
      body: 'paid',
    };

    const guarded = {
      idempotencyKey: (handler: () => Promise<unknown>) => {
        const called = middy(handler).use(
          idempotencyKey({ tellRetention: false, store, namespace: namespace() }) as middy.MiddlewareObj,
        );
        return async () => called(event(), lambdaContext());
      },
      singleUseToken: (handler: () => Promise<unknown>) => {
        const name = namespace();
        const token = issueToken(store, { scope: 'anonymous', namespace: name });
        const options = { store, namespace: name, retainResult: true, tellRetention: false } as const;
        const called = middy(handler).use(singleUseToken(options) as middy.MiddlewareObj);
        return async () => called(event({ token: await token }), lambdaContext());
      },
    };

    it.each(['idempotencyKey', 'singleUseToken'] as const)(
      'G59: of 500 is a failure, and of 201 is replayed without cookies, under %s',
      async (name) => {
        const { handler, runs } = answering(failure, success);
        const call = guarded[name](handler);
        expect(await call()).toEqual(failure);
        expect(await call()).toEqual(success);
        expect(await call()).toEqual(replayed);
        expect(runs()).toBe(2);
      },
    );

    it('G59: of 500 is a failure under makeIdempotent, called with an event', async () => {
      const { handler, runs } = answering(failure, success);
      const charge = makeIdempotent(async (_event: unknown) => handler(), {
        name: 'charge',
        namespace: namespace(),
        store,
      });
      expect(await charge(event())).toEqual(failure);
      expect(await charge(event())).toEqual(success);
      expect(await charge(event())).not.toHaveProperty('cookies');
      expect(runs()).toBe(2);
    });

    it('G59: of 500 writes nothing under uniqueIndex', async () => {
      const orders = { tableName: await createTable({ partitionKey: 'orderId' }), partitionKey: 'orderId' };
      const statuses = ['500', '201'];
      const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
        writes.insert(orders, { orderId: 'o-1' });
        return { statusCode: statuses.shift(), body: '' };
      }).use(uniqueIndex({ client }));
      const call = () => handler(event() as never, lambdaContext() as never);
      expect(await call()).toMatchObject({ statusCode: '500' });
      expect(await items(orders.tableName)).toEqual([]);
      expect(await call()).toMatchObject({ statusCode: '201' });
      expect(await items(orders.tableName)).toEqual([{ orderId: 'o-1' }]);
    });

    it('G59: of 422 on an error that is meant for the caller lets a corrected request use the key', async () => {
      const refusal = Object.assign(new Error('wrong amount'), { statusCode: '422', expose: true });
      let runs = 0;
      const called = middy(async () => {
        runs += 1;
        if (runs === 1) throw refusal;
        return { statusCode: 201 };
      }).use(idempotencyKey({ tellRetention: false, store, namespace: namespace() }) as middy.MiddlewareObj);
      const corrected = httpApiEvent({ headers: { 'idempotency-key': 'k' }, body: { corrected: true } });
      await expect(called(event(), lambdaContext())).rejects.toBe(refusal);
      expect(await called(corrected, lambdaContext())).toEqual({ statusCode: 201 });
    });

    it('G59: that is no number is a plain result, as for API Gateway', async () => {
      const { handler, runs } = answering({ statusCode: '5oo', body: 'odd' });
      const call = guarded.idempotencyKey(handler);
      await call();
      expect(await call()).toMatchObject({ statusCode: 200, body: '{"statusCode":"5oo","body":"odd"}' });
      expect(runs()).toBe(1);
    });
  });
});
