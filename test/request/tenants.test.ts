import middy from '@middy/core';
import { expect, it } from 'vitest';
import {
  idempotencyKey,
  issueToken,
  makeIdempotent,
  recordId,
  singleUseToken,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const tenants = ['blue', 'green'];
const contextOf = (tenantId: string) => lambdaContext({ tenantId } as object) as never;

it.each([
  ['by default', {}],
  ['with a `scope` of its own', { scope: () => 'all' }],
])(
  'G335: tenants of a function in tenant isolation mode have records and keys of their own, %s',
  async (_how, options) => {
    const store = memoryStore();
    const handler = middy(async (_event: unknown, context: object) => (context as { tenantId?: string }).tenantId).use(
      idempotencyKey({ ...options, store, key: () => 'k' }),
    );
    const pay = makeIdempotent(async (_id: string, context: object) => (context as { tenantId?: string }).tenantId, {
      ...{ name: 'pay', store, ...options, key: (id: string) => id },
    });
    for (const tenant of [...tenants, ...tenants]) {
      expect(await handler({}, contextOf(tenant))).toBe(tenant);
      expect(await pay('o-1', contextOf(tenant))).toBe(tenant);
    }
    const ids = tenants.map((tenant) =>
      recordId({ ...options, key: () => 'k', event: {}, context: contextOf(tenant) }),
    );
    expect(new Set(await Promise.all(ids)).size).toBe(2);
  },
);

it('G335: a retained token is good for the tenant that has used it', async () => {
  const store = memoryStore();
  const token = await issueToken(store, { scope: 'all' });
  const handler = middy(async () => ({ statusCode: 201 })).use(
    singleUseToken({ store, token: () => token, scope: () => 'all', retainResult: true }),
  );
  const statusOf = async (tenant: string) =>
    ((await handler(httpApiEvent() as never, contextOf(tenant))) as { statusCode: number }).statusCode;
  expect(await statusOf('blue')).toBe(201);
  expect(await statusOf('green')).toBe(422);
  expect(await statusOf('blue')).toBe(201);
});

it('G335: a context within an argument tells the tenant, too, as routes of Powertools’ Router have it', async () => {
  interface Call {
    event: { id: string };
    context: { tenantId?: string };
  }
  const pay = makeIdempotent(async ({ context }: Call) => context.tenantId, {
    name: 'pay',
    store: memoryStore(),
    key: ({ event }: Call) => event.id,
    fingerprint: ({ event }: Call) => event,
  });
  for (const tenant of [...tenants, ...tenants]) {
    expect(await pay({ event: { id: 'o-1' }, context: contextOf(tenant) })).toBe(tenant);
  }
});

it('G335: so does one in what an argument inherits from, as in batches of GraphQL Yoga', async () => {
  const options = { name: 'pay', store: memoryStore(), key: () => 'k', fingerprint: () => 'same' };
  const pay = makeIdempotent(async ({ context }: { context: { tenantId?: string } }) => context.tenantId, options);
  for (const tenant of [...tenants, ...tenants]) {
    expect(await pay(Object.create({ context: contextOf(tenant) }))).toBe(tenant);
  }
});

it('G335: a context within an argument tells the tenant behind another argument of any length', async () => {
  const store = memoryStore();
  const options = { name: 'pay', store, key: () => 'k', fingerprint: () => 'same' };
  const pay = makeIdempotent(async (_rows: object[], { context }: { context: { tenantId?: string } }) => {
    return context.tenantId;
  }, options);
  for (const tenant of [...tenants, ...tenants]) {
    const rows = Array.from({ length: 5000 }, (_, line) => ({ line }));
    expect(await pay(rows, { context: contextOf(tenant) })).toBe(tenant);
  }
});

it.each([17, 17n, {}, true])(
  'G335: a tenant that a middleware has made something else of than text is refused: %o',
  async (tenantId) => {
    const store = memoryStore();
    const context = contextOf(tenantId as never);
    const refusal = { name: 'TypeError', message: '`context.tenantId` is not text, as Lambda gives it.' };
    const handler = middy(async () => 'paid').use(idempotencyKey({ store, key: () => 'k' }));
    await expect(handler({}, context)).rejects.toMatchObject(refusal);
    const token = await issueToken(store, { scope: 'all' });
    const use = singleUseToken({ store, token: () => token, scope: () => 'all', retainResult: true });
    await expect(middy(async () => 'paid').use(use)(httpApiEvent() as never, context)).rejects.toMatchObject(refusal);
    const options = { name: 'pay', namespace: 'n', store, key: () => 'k', fingerprint: () => 'same' };
    const pay = makeIdempotent(async (_call: object) => 'paid', options);
    await expect(pay({ context })).rejects.toMatchObject(refusal);
  },
);
