import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  idempotencyKey,
  issueToken,
  makeIdempotent,
  recordId,
  singleUseToken,
  uniqueIndex,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { testClient } from '../support/dynamodb.ts';
import { lambdaContext } from '../support/lambda.ts';
import { byIdempotencyKey, byMakeIdempotent } from './entrances.ts';
import { namesExactly } from './exact-names.ts';

describe('under idempotencyKey', () => namesExactly(byIdempotencyKey));

describe('under makeIdempotent', () => namesExactly(byMakeIdempotent));

it('G54: no namespace and name look like another one’s when they are joined', async () => {
  const options = { store: memoryStore(), key: () => 'k', scope: () => 's', leaseMs: 1000 };
  const named = (namespace: string, name: string) =>
    makeIdempotent(async () => `${namespace} ${name}`, { ...options, namespace, name })();
  expect(await named('shop', 'pay')).toBe('shop pay');
  expect(await named('shop', '支払い😀')).toBe('shop 支払い😀');
});

// Lone surrogates are all the same in UTF-8.
it.each([
  'shop/pay',
  'shop#pay',
  '',
  'shop\n',
  'shop\u0000',
  'shop\u0085',
  'shop\ud800',
  '\udc00shop',
  's'.repeat(129),
])('G331: %j is refused as a namespace and as a name, wherever they are given', async (wrong) => {
  const store = memoryStore();
  const options = { key: () => 'k', scope: () => 's', leaseMs: 1000 };
  const indexStore = dynamoDBStore({ tableName: 'records', client: testClient('http://127.0.0.1:1') });
  const refusal = 'option `namespace` must be a string of 1 to 128 characters other than # and /';
  const ofName = refusal.replace('namespace', 'name');
  const named = (names: { namespace: string; name: string }) =>
    makeIdempotent(async () => 1, { ...options, store, ...names });
  expect(() => idempotencyKey({ ...options, store, namespace: wrong })).toThrow(refusal);
  expect(() => singleUseToken({ store, namespace: wrong })).toThrow(refusal);
  expect(() => singleUseToken({ store, namespace: wrong, retainResult: true })).toThrow(refusal);
  expect(() => uniqueIndex({ key: options.key, store: indexStore, namespace: wrong })).toThrow(refusal);
  expect(() => named({ namespace: wrong, name: 'pay' })).toThrow(refusal);
  expect(() => named({ namespace: 'shop', name: wrong })).toThrow(ofName);
  await expect(issueToken(store, { scope: 's', namespace: wrong })).rejects.toThrow(refusal);

  const call = { ...options, args: [] };
  await expect(recordId({ ...options, namespace: wrong, event: {} })).rejects.toThrow(refusal);
  await expect(recordId({ scope: options.scope, token: () => 't', namespace: wrong, event: {} })).rejects.toThrow(
    refusal,
  );
  await expect(recordId({ ...call, namespace: wrong, name: 'pay' })).rejects.toThrow(refusal);
  await expect(recordId({ ...call, namespace: 'shop', name: wrong })).rejects.toThrow(ofName);
});

describe.each([false, true])('under singleUseToken (retainResult: %s)', (retainResult) => {
  const store = memoryStore();
  // biome-ignore lint/suspicious/noExplicitAny: each test calls with events of its own
  const guard = (options: Record<string, (event: any) => unknown>) => {
    const token = { token: ({ token }: { token: string }) => token };
    const handler = middy(async () => 'paid').use(
      singleUseToken({ ...token, ...options, store, retainResult: retainResult as true }),
    );
    return (event: object) => handler(event, lambdaContext() as never);
  };
  const tenantOf = async ({ tenant }: { tenant: string }) => tenant;
  const pay = guard({
    scope: (event) => [tenantOf(event), 'shop'],
    bindTo: ({ order }) => ({ order: [tenantOf(order)] }),
  });
  const order = { tenant: 'order 1' };

  it('G54: a token is bound to what promises in `scope` and `bindTo` say, at any depth', async () => {
    const token = await issueToken(store, { scope: ['bob', 'shop'], bindTo: { order: ['order 1'] } });
    await expect(pay({ token, tenant: 'alice', order })).rejects.toMatchObject({ code: 'REPETITIVE_OPERATION' });
    await expect(pay({ token, tenant: 'bob', order: { tenant: 'order 2' } })).rejects.toMatchObject({
      code: 'REPETITIVE_OPERATION',
    });
    expect(await pay({ token, tenant: 'bob', order })).toBe('paid');
  });

  it('G54: a token is issued to what promises in `scope` and `bindTo` say', async () => {
    const scope = [tenantOf({ tenant: 'bob' }), 'shop'];
    const token = await issueToken(store, { scope, bindTo: { order: [tenantOf(order)] } });
    expect(await pay({ token, tenant: 'bob', order })).toBe('paid');
  });

  it.each<[string, unknown]>([
    ['is a Set', new Set(['o-1'])],
    ['is a function', () => 'o-1'],
    ['is a Headers', new Headers({ order: 'o-1' })],
  ])('G54: what %s is refused by its path in `scope` and `bindTo`, when issued and when used', async (what, value) => {
    const refusal = (path: string) => ({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringContaining(`${path} ${what}.`),
    });
    const used = (options: Record<string, () => unknown>) => guard({ scope: () => 'bob', ...options })({ token: 't' });
    await expect(used({ scope: () => ['bob', value] })).rejects.toMatchObject(refusal('scope[1]'));
    await expect(used({ bindTo: () => ({ order: value }) })).rejects.toMatchObject(refusal('bindTo.order'));
    await expect(issueToken(store, { scope: ['bob', value] })).rejects.toMatchObject(refusal('scope[1]'));
    await expect(issueToken(store, { scope: 'bob', bindTo: { order: value } })).rejects.toMatchObject(
      refusal('bindTo.order'),
    );
  });

  it.each(['', { order: null, room: '' }])(
    'a token may be bound to %j, which is not to be bound to nothing',
    async (bindTo) => {
      const token = await issueToken(store, { scope: 'bob', bindTo });
      const useWith = (found: unknown) => guard({ scope: () => 'bob', bindTo: () => found })({ token });
      await expect(useWith(undefined)).rejects.toMatchObject({ code: 'REPETITIVE_OPERATION' });
      expect(await useWith(bindTo)).toBe('paid');
    },
  );

  it('G49: a scope with a hole is missing, when a token is issued and when it is used', async () => {
    await expect(issueToken(store, { scope: { tenant: undefined } })).rejects.toThrow('option `scope` is missing');
    await expect(guard({ scope: () => ['bob', null] })({ token: 't' })).rejects.toMatchObject({
      title: 'Scope is missing',
    });
  });
});
