import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, expect, it, vi } from 'vitest';
import { type Answer, call, exampleDatabase } from '../support/examples.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const { createNamedTable, ...database } = exampleDatabase();

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const replayed = { 'idempotent-replayed': 'true' };

it('endpoint: one booking per room and night and caller; a refused one may be tried again', async () => {
  const { bookings, handler } = await import('../../docs/examples/endpoint.ts');
  const book = (sub: string, night: string, guest: string) =>
    call(
      handler,
      httpApiEvent({
        pathParameters: { roomId: 'r-1' },
        body: { night, guest },
        authorizer: { jwt: { claims: { sub } } },
      }),
    );
  const [first, duplicate] = await Promise.all([book('a', '2026-05-01', 'Ann'), book('a', '2026-05-01', 'Ann')]);
  expect(duplicate.body).toBe(first.body);
  expect(await book('a', '2026-05-01', 'Bob')).toMatchObject({ statusCode: 422, body: expect.stringContaining('{') });
  expect(await book('b', '2026-05-01', 'Bob')).toMatchObject({ statusCode: 409, body: 'The room is taken.' });
  bookings.delete('2026-05-01');
  expect(await book('b', '2026-05-01', 'Bob')).toMatchObject({ statusCode: 201 });
  expect(await book('b', '2026-05-01', 'Bob')).toMatchObject({ headers: replayed });
  expect(await book('a', '2025-05-01', 'Ann')).toMatchObject({ statusCode: 422, body: 'That night is over.' });
  expect(await book('a', '2025-05-01', 'Ann')).toMatchObject({ statusCode: 422, body: 'That night is over.' });
});

it('users: no two share an email or a tax number, whatever is done to them', async () => {
  await createNamedTable('users', 'userId');
  const { changeEmail, register, replace, unregister } = await import('../../docs/examples/users.ts');
  const { backfill, check } = await import('../../docs/examples/backfill.ts');
  const add = (email: string, taxNo: string) => call(register, httpApiEvent({ body: { email, country: 'AT', taxNo } }));
  const of = (userId: string, body = {}) => httpApiEvent({ pathParameters: { userId }, body });
  const first = await add('Ann@example.com', '1');
  expect(first).toMatchObject({ statusCode: 201 });
  expect(await add('ann@example.com', '2')).toEqual({ statusCode: 409, body: 'email: already in use' });
  expect(await add('bob@example.com', '1')).toEqual({ statusCode: 409, body: 'country and taxNo: already in use' });
  const { userId } = JSON.parse(first.body);
  const second = JSON.parse((await add('bob@example.com', '2')).body);
  expect(await call(changeEmail, of(userId, { email: 'bob@example.com' }))).toMatchObject({ statusCode: 409 });
  expect(await call(changeEmail, of(userId, { email: 'Ann@example.org' }))).toMatchObject({ statusCode: 200 });
  const replaced = { email: 'ann@example.org', country: 'DE', taxNo: '2' };
  expect(await call(replace, of(second.userId, replaced))).toMatchObject({ body: 'email: already in use' });
  expect(await call(replace, of(userId, replaced))).toMatchObject({ statusCode: 200 });
  expect(await check()).toBe(0);
  await backfill((startKey) => expect(startKey).toBeUndefined());
  expect(await call(unregister, of(userId))).toEqual({ statusCode: 204 });
  expect(await call(unregister, of(second.userId))).toEqual({ statusCode: 204 });
  expect(await database.items('users')).toEqual([]);
  expect(await add('ann@example.com', '1')).toMatchObject({ statusCode: 201 });
});

it('atomic writes: counters count once a key, versions and conditions are kept', async () => {
  await createNamedTable('counters', 'name');
  await createNamedTable('documents', 'documentId');
  const { count, publish, save } = await import('../../docs/examples/atomic-writes.ts');
  const ask = (handler: unknown, body: object, key = crypto.randomUUID() as string) =>
    call(handler, httpApiEvent({ headers: { 'idempotency-key': key }, body }));
  await Promise.all(['a', 'a', 'b', 'c'].map((key) => ask(count, {}, key)));
  expect(await database.item('counters', { name: 'visits' })).toMatchObject({ visits: 3 });

  expect(await ask(publish, { documentId: 'd' })).toEqual({ statusCode: 404 });
  await database.client.send(new PutCommand({ TableName: 'documents', Item: { documentId: 'd', version: 1 } }));
  const saved = await Promise.all(['x', 'y'].map((text) => ask(save, { documentId: 'd', text, version: 1 })));
  expect(saved.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412]);
  expect(await database.item('documents', { documentId: 'd' })).toMatchObject({ version: 2 });
  expect(await ask(publish, { documentId: 'd' })).toMatchObject({ statusCode: 204 });
  await database.client.send(new PutCommand({ TableName: 'documents', Item: { documentId: 'e', lockedBy: 'me' } }));
  expect(await ask(publish, { documentId: 'e' })).toEqual({ statusCode: 423 });
});

it('bound token: good once, and for its order only', async () => {
  const { checkout, payOrder } = await import('../../docs/examples/bound-token.ts');
  const { body } = await call(checkout, httpApiEvent({ pathParameters: { orderId: 'o-1' } }));
  const { token } = JSON.parse(body);
  const pay = (orderId: string) => call(payOrder, httpApiEvent({ body: { orderId, token, amount: 1 } }));
  expect(await pay('o-2')).toMatchObject({ statusCode: 409 });
  expect(await pay('o-1')).toMatchObject({ statusCode: 201 });
  expect(await pay('o-1')).toMatchObject({ statusCode: 409 });
});

it('downstream: every try passes the same keys on, each call its own, each order others', async () => {
  const { handler, receipts } = await import('../../docs/examples/downstream.ts');
  const { cards } = await import('../../docs/examples/card-provider.ts');
  const charge = vi.spyOn(cards, 'charge');
  const send = vi.spyOn(receipts, 'send').mockRejectedValueOnce(new Error('lost'));
  const buy = (key: string) =>
    call(handler, httpApiEvent({ headers: { 'idempotency-key': key }, body: { orderId: 'o-1', amount: 1 } }));
  await expect(buy('k-1')).rejects.toThrow('lost');
  expect(await buy('k-1')).toMatchObject({ statusCode: 201 });
  expect(await buy('k-1')).toMatchObject({ headers: replayed });
  const charges = charge.mock.calls.map(([{ idempotencyKey }]) => idempotencyKey);
  const ids = send.mock.calls.map(([{ deduplicationId }]) => deduplicationId);
  expect([charges.length, ids.length]).toEqual([2, 2]);
  expect(new Set([...charges, ...ids]).size).toBe(2);
  await buy('k-2');
  expect(charges).not.toContain(charge.mock.lastCall?.[0].idempotencyKey);
});

it('downstream: a key that is taken before a queue is its own operation’s', async () => {
  const { charge } = await import('../../docs/examples/wrapped-queue.ts');
  const { cards } = await import('../../docs/examples/card-provider.ts');
  const charged = vi.spyOn(cards, 'charge').mockClear();
  const ids = ['o-1', 'o-2', 'o-3', 'o-4'];
  await Promise.all(ids.map((orderId) => charge({ orderId, amount: 1 }, lambdaContext())));
  const charges = charged.mock.calls.map(([one]) => one);
  expect(charges.map(({ orderId }) => orderId).sort()).toEqual(ids);
  expect(new Set(charges.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(4);
});

it('downstream: after a crash, a partner without keys is asked first, also when a clean failure came between', async () => {
  const { handler, parcels, receipts } = await import('../../docs/examples/downstream.ts');
  const order = vi.spyOn(parcels, 'order');
  const has = vi.spyOn(parcels, 'has').mockResolvedValue(true);
  const buy = (context = lambdaContext()) =>
    handler(
      httpApiEvent({ headers: { 'idempotency-key': 'k-3' }, body: { orderId: 'o-3' } }) as never,
      context as never,
    ) as Promise<Answer>;
  order.mockReturnValueOnce(new Promise(() => undefined)); // the invocation that dies here never answers
  const died = buy(lambdaContext({ getRemainingTimeInMillis: () => 300 })).catch(() => undefined);
  await vi.waitFor(() => expect(order).toHaveBeenCalled());
  vi.spyOn(receipts, 'send').mockRejectedValueOnce(new Error('lost'));
  await vi.waitUntil(
    () =>
      buy().then(
        () => false,
        ({ message }) => message === 'lost',
      ),
    {
      timeout: 10_000,
      interval: 200,
    },
  );
  expect(has).not.toHaveBeenCalled();
  expect(await buy()).toMatchObject({ statusCode: 201 });
  await died;
  expect(order).toHaveBeenCalledTimes(1);
});

it('downstream: a partner that gave no answer in time is asked first too, one that refused is not', async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  const { handler, parcels } = await import('../../docs/examples/downstream.ts');
  const has = vi.spyOn(parcels, 'has').mockResolvedValue(true);
  const buy = (key: string, failure: Error) => {
    vi.spyOn(parcels, 'order').mockRejectedValueOnce(failure);
    const event = httpApiEvent({ headers: { 'idempotency-key': key }, body: { orderId: key } });
    return expect(call(handler, event))
      .rejects.toBe(failure)
      .then(() => call(handler, event));
  };
  expect(await buy('k-4', new Error('refused'))).toMatchObject({ statusCode: 201 });
  expect(has).not.toHaveBeenCalled();
  expect(await buy('k-5', new DOMException('no answer', 'TimeoutError'))).toMatchObject({ statusCode: 201 });
  expect(has).toHaveBeenCalledWith('k-5');
});

it('home Region: every Region of the function asks the one table', async () => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('IDEMPOTENCY_REGION', 'eu-west-1');
  const send = vi.spyOn(DynamoDBClient.prototype, 'send');
  const { handler } = await import('../../docs/examples/home-region.ts');
  const event = httpApiEvent({ headers: { 'idempotency-key': 'r-1' }, body: {} });
  const first = await call(handler, event);
  expect(await call(handler, event)).toMatchObject({ ...first, headers: replayed });
  expect(send).toHaveBeenCalledTimes(3);
  for (const client of send.mock.contexts) expect(await (client as DynamoDBClient).config.region()).toBe('eu-west-1');
});

it('timeout: the key stays taken while the handler may still run', async () => {
  vi.doMock('../../docs/examples/pay.ts', () => ({ pay: () => new Promise(() => undefined) }));
  const { handler } = await import('../../docs/examples/timeout.ts');
  vi.doUnmock('../../docs/examples/pay.ts');
  const pay = (remainingMs: number) => {
    const event = httpApiEvent({ headers: { 'idempotency-key': 'slow' }, body: { orderId: 'o-1' } });
    return handler(event as never, lambdaContext({ getRemainingTimeInMillis: () => remainingMs }) as never);
  };
  expect(await pay(550)).toMatchObject({ statusCode: 504 });
  expect(await pay(550)).toMatchObject({ statusCode: 409, headers: { 'retry-after': '1' } });
});
