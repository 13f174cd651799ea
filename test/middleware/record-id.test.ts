import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  fromBody,
  fromHeader,
  type IdempotentContext,
  idempotencyKey,
  makeIdempotent,
  principalOf,
  recordId,
  routeOf,
  singleUseToken,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { changed, fixture, partOf } from '../request/fixture.ts';
import { lambdaContext } from '../support/lambda.ts';

/** A store that tells the ids of what it was asked. */
const telling = () => {
  const ids: string[] = [];
  const { claim, consume, ...store } = memoryStore();
  return {
    ids,
    store: {
      ...store,
      claim: (...[request, signal]: Parameters<typeof claim>) => {
        ids.push(request.id);
        return claim(request, signal);
      },
      consume: (...[request, signal]: Parameters<typeof consume>) => {
        ids.push(request.id);
        return consume(request, signal);
      },
    },
  };
};

const done = async () => ({ statusCode: 201 });
const event = () => changed(fixture('http-jwt'), { 'headers/token': 'some-token' });
const context = { functionName: 'pay' };

describe('recordId', () => {
  it('G87: is the id that `idempotencyKey` asks the store for', async () => {
    for (const options of [{}, { namespace: 'payments' }, { key: fromBody('amount'), scope: () => 'everybody' }]) {
      const { ids, store } = telling();
      await middy(done).use(idempotencyKey({ ...options, store }))(event(), lambdaContext() as IdempotentContext);
      expect([await recordId({ ...options, store, event: event(), context })]).toEqual(ids);
    }
  });

  it('G87: is the id that `singleUseToken` asks the store for, whether it retains the result or not', async () => {
    const options = { token: fromHeader('token'), bindTo: fromBody('amount') };
    const { ids, store } = telling();
    await middy(done).use(singleUseToken({ ...options, store }))(event(), lambdaContext());
    await middy(done).use(singleUseToken({ ...options, store, retainResult: true }))(
      event(),
      lambdaContext() as IdempotentContext,
    );
    const id = await recordId({ ...options, event: event() });
    expect(ids).toEqual([id, id]);
  });

  it('G87: is the id that `makeIdempotent` asks the store for', async () => {
    const message = partOf(fixture('sqs'), 'Records/0');
    const { ids, store } = telling();
    const renewal = { name: 'renew', key: (id: string, month: string) => [id, month], store };
    await makeIdempotent(done, { name: 'charge', store } as { name: string })(
      ...([message, lambdaContext()] as unknown as []),
    );
    await makeIdempotent(async (id: string, month: string) => id + month, { ...renewal, namespace: 'jobs' })(
      's-1',
      '2026-05',
    );
    expect([
      await recordId({ name: 'charge', args: [message, lambdaContext()] }),
      await recordId({ ...renewal, namespace: 'jobs', args: ['s-1', '2026-05'] }),
    ]).toEqual(ids);
    expect(await recordId({ name: 'charge', args: [message], context })).toBe(ids[0]);
  });

  it('changes with whatever makes a retry in flight a new operation', async () => {
    const ids = await Promise.all([
      recordId({ event: event(), context }),
      recordId({ event: event(), context: { functionName: 'pay-2' } }),
      recordId({ event: event(), context, namespace: 'payments' }),
      recordId({ event: event(), context, key: fromHeader('token') }),
      recordId({ event: event(), context, scope: (given) => principalOf(given) }),
      recordId({ event: changed(event(), { 'requestContext/routeKey': 'POST /orders/{orderId}' }), context }),
      recordId({ event: changed(event(), { 'requestContext/domainName': 'api-2.example.com' }), context }),
    ]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('stays the same whatever else changes', async () => {
    const id = await recordId({ event: event(), context });
    const scope = (given: unknown) => [principalOf(given), routeOf(given)];
    expect(await recordId({ event: event(), context, scope })).toBe(id);
    expect(await recordId({ event: event(), namespace: 'pay' })).toBe(id);
    expect(await recordId({ event: event(), context, fingerprint: fromBody('amount'), wait: { upToMs: 1 } })).toBe(id);
    expect(await recordId({ event: changed(event(), { body: '{}' }), context })).toBe(id);
  });

  it('is refused where nothing names the operation, in a function with `optional` too', async () => {
    const unnamed = changed(event(), { headers: {} });
    for (const optional of [false, true]) {
      await expect(recordId({ event: unnamed, context, optional })).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
      await expect(recordId({ name: 'charge', args: [1], context, optional })).rejects.toMatchObject({
        code: 'ILLEGAL_ARGUMENT',
      });
    }
    await expect(recordId({ event: event() })).rejects.toThrow('Pass the option `namespace`');
  });

  it('G333: is the same as another one’s under no two prefixes of a store', async () => {
    const idIn = (namespace: string) => recordId({ namespace, event: event() });
    expect(`shop-${await idIn('eu-pay')}`).not.toBe(`shop-eu-${await idIn('pay')}`);
  });
});
