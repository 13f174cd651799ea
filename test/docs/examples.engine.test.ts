import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ScheduledEvent } from 'aws-lambda';
import { afterEach, expect, it, vi } from 'vitest';
import { synthesize } from '../infra/synthesize.ts';
import { sampleEvent } from '../support/events.ts';
import { call, exampleDatabase } from '../support/examples.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const { createNamedTable, ...database } = exampleDatabase();

afterEach(() => {
  vi.restoreAllMocks();
});

it('quick start: a repeat gets the first answer', async () => {
  const { handler } = await import('../../docs/examples/quick-start.ts');
  const event = httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: { orderId: 'o-1', amount: 100 } });
  const first = await call(handler, event);
  expect(await call(handler, event)).toMatchObject({ ...first, headers: { 'idempotent-replayed': 'true' } });
});

it('lean: a repeat gets the first answer', async () => {
  const { handler } = await import('../../docs/examples/lean.ts');
  const event = httpApiEvent({ headers: { 'idempotency-key': 'lean-1' }, body: { orderId: 'o-1', amount: 100 } });
  const first = await call(handler, event);
  expect(await call(handler, event)).toMatchObject({ ...first, headers: { 'idempotent-replayed': 'true' } });
});

it.each(['warm-up', 'warm-up-off'])('%s: a repeat gets the first answer', async (name) => {
  const { handler } = await import(`../../docs/examples/${name}.ts`);
  const event = httpApiEvent({ headers: { 'idempotency-key': name }, body: { orderId: 'o-1', amount: 100 } });
  const first = await call(handler, event);
  expect(await call(handler, event)).toMatchObject({ ...first, headers: { 'idempotent-replayed': 'true' } });
});

it('lean client: one order a key', async () => {
  await createNamedTable('lean-orders', 'orderId');
  const { handler } = await import('../../docs/examples/lean-client.ts');
  const event = httpApiEvent({ headers: { 'idempotency-key': 'lean-2' }, body: {} });
  const first = await call(handler, event);
  expect(await call(handler, event)).toEqual({ ...first, headers: { 'idempotent-replayed': 'true' } });
  expect(await database.items('lean-orders')).toEqual([JSON.parse(first.body)]);
});

it('own key: path and body name the operation', async () => {
  const { handler } = await import('../../docs/examples/own-key.ts');
  const { charges } = await import('../../docs/examples/provider.ts');
  const event = (userId?: string) =>
    httpApiEvent({ pathParameters: { orderId: 'o-1' }, body: { userId }, path: '/orders/o-1/payments' });
  await call(handler, event('u-1'));
  expect(await call(handler, event('u-1'))).toMatchObject({ headers: { 'idempotent-replayed': 'true' } });
  expect(await call(handler, event())).toMatchObject({ statusCode: 400 });
  expect(charges.size).toBe(1);
});

it('HTTP shell: nobody without a right to ask gets an answer, and each answer names the origin that may read it', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { handler } = await import('../../docs/examples/http-shell.ts');
  const event = (authorization?: string, key: string | undefined = 'http-shell') =>
    httpApiEvent({
      headers: {
        origin: 'https://shop.example.com',
        ...(key && { 'idempotency-key': key }),
        ...(authorization && { authorization }),
      },
      body: {},
    });
  const readable = { 'Access-Control-Allow-Origin': 'https://shop.example.com' };
  const first = await call(handler, event('alice.1'));
  expect(first).toMatchObject({ statusCode: 201, headers: readable });
  expect(await call(handler, event())).toMatchObject({ statusCode: 401, headers: readable });
  expect(log).toHaveBeenCalledOnce();
  expect(await call(handler, event('alice.1', ''))).toMatchObject({ statusCode: 400, headers: readable });
  expect(await call(handler, event('bob.1'))).not.toMatchObject({ body: first.body });
  // With the token of another login.
  expect(await call(handler, event('alice.2'))).toMatchObject({
    ...first,
    headers: { ...readable, 'idempotent-replayed': 'true' },
  });
});

it('HTTP shell of layers: metrics count every request, and what validation refuses claims nothing', async () => {
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  const counted = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const { handler, payments } = await import('../../docs/examples/http-shell-layers.ts');
  const send = async (body: unknown, method = 'POST') => {
    const headers = { 'idempotency-key': 'layers', origin: 'https://shop.example.com' };
    const answer = await call(handler, httpApiEvent({ method, headers, body }));
    const metrics = counted.mock.calls.splice(0).map(([line]) => JSON.parse(String(line)));
    expect(answer.headers).toMatchObject({
      'Access-Control-Allow-Origin': 'https://shop.example.com',
      'X-Content-Type-Options': 'nosniff',
    });
    expect(metrics).toMatchObject([{ Requests: 1 }]);
    return answer;
  };
  expect(await send('', 'OPTIONS')).toMatchObject({ statusCode: 204 });
  expect(await send('{"amount":')).toMatchObject({ statusCode: 422 });
  expect(await send({})).toMatchObject({ statusCode: 400, body: 'amount: expected a whole number' });
  const first = await send({ amount: 1 });
  expect(first.statusCode).toBe(201);
  expect(await send({ amount: 1 })).toMatchObject({ body: first.body, headers: { 'idempotent-replayed': 'true' } });
  expect(await send({ amount: 2 })).toMatchObject({ statusCode: 422 });
  expect(payments).toHaveLength(1);
});

it('single-use token: pays once, and the repeat gets the first answer', async () => {
  const { getToken, payOnce } = await import('../../docs/examples/single-use-token.ts');
  const { token } = JSON.parse((await call(getToken, httpApiEvent())).body);
  const event = httpApiEvent({ headers: { token }, body: { orderId: 'o-1', amount: 100 } });
  const first = await call(payOnce, event);
  expect(await call(payOnce, event)).toMatchObject({ ...first, headers: { 'idempotent-replayed': 'true' } });
  expect(await call(payOnce, httpApiEvent({ headers: { token: 'made-up' } }))).toMatchObject({ statusCode: 409 });
});

it('unique index: one order, one article less', async () => {
  await createNamedTable('orders', 'orderId');
  await createNamedTable('stock', 'sku');
  await database.client.send(new PutCommand({ TableName: 'stock', Item: { sku: 'mouse', available: 1 } }));
  const { handler } = await import('../../docs/examples/unique-index.ts');
  const order = (orderNo: string, key?: string) =>
    httpApiEvent({ ...(key && { headers: { 'idempotency-key': key } }), body: { orderNo, sku: 'mouse' } });
  const first = await call(handler, order('A', 'order-1'));
  expect(first.statusCode).toBe(201);
  expect(await call(handler, order('A', 'order-1'))).toMatchObject({ body: first.body });
  expect(JSON.parse((await call(handler, order('A'))).body)).toMatchObject({ code: 'DUPLICATE' });
  expect(await call(handler, order('B'))).toEqual({ statusCode: 409, body: 'sold out' });
  expect(await database.item('stock', { sku: 'mouse' })).toEqual({ sku: 'mouse', available: 0 });
});

it('wrapped job: each subscription is charged once a month, however often the schedule fires', async () => {
  const { cards } = await import('../../docs/examples/card-provider.ts');
  const charged: string[] = [];
  cards.charge = async ({ orderId }) => {
    charged.push(orderId);
  };
  const { handler } = await import('../../docs/examples/wrapped-job.ts');
  const event = sampleEvent<ScheduledEvent>('eventbridge');
  const first = await handler(event, lambdaContext());
  expect(await handler({ ...event, id: 'fired again' }, lambdaContext())).toEqual(first);
  expect(charged.toSorted()).toEqual(['s-1 2017-12', 's-2 2017-12']);
  await handler({ ...event, time: '2018-01-01T00:00:00Z' }, lambdaContext());
  expect(charged).toHaveLength(4);
});

it('stack: the function may use the table, and knows its name', async () => {
  const { PaymentStack } = await import('../../docs/examples/stack.ts');
  const template = synthesize((app) => new PaymentStack(app, 'Payment'));
  const environment = { Variables: { IDEMPOTENCY_TABLE: { Ref: expect.stringContaining('Idempotency') } } };
  expect(Object.values(template.findResources('AWS::Lambda::Function'))).toMatchObject([
    { Properties: { Environment: environment } },
  ]);
});

it('events: a payment and its repeat are counted in CloudWatch’s format', async () => {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const { handler } = await import('../../docs/examples/events.ts');
  const event = httpApiEvent({ headers: { 'idempotency-key': 'k-events' }, body: { orderId: 'o-1', amount: 100 } });
  await call(handler, event);
  await call(handler, event);
  write.mockRestore();
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { Service: 'payments', Executed: 1 },
    { Service: 'payments', Replayed: 1 },
  ]);
});
