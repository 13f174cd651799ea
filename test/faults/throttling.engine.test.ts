import { describe, expect, it } from 'vitest';
import { dynamoDBStore } from '../../functions/idempotency/entries/main.ts';
import { refusedWith } from '../../infra/local/faults/fault.ts';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import { cancelled, type Fault } from '../support/fault-proxy.ts';
import { httpApiEvent } from '../support/lambda.ts';
import { behindProxy, codeOf, keyedEvent } from './harness.ts';

const throttles = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'];

onEachEngineAndClient((database) => {
  describe.concurrent.each(throttles)('%s', (error) => {
    const once = [refusedWith(error)];

    it('G28: on claim, completion and release is retried', async () => {
      const { proxy, keyed, events } = await behindProxy(database);
      const { call, runs } = keyed(() => ({ statusCode: runs() === 1 ? 500 : 201 }));
      proxy.plan('UpdateItem', [...once, 'pass', ...once]);
      expect(await call(keyedEvent())).toEqual({ statusCode: 500 });
      proxy.plan('UpdateItem', ['pass', ...once]);
      expect(await call(keyedEvent())).toEqual({ statusCode: 201 });
      expect(events()).toEqual(['claimed', 'released', 'claimed', 'completed']);
      expect(proxy.requests('UpdateItem')).toBe(7);
    });

    it('on a token’s issue and consumption is retried', async () => {
      const { proxy, consuming, tokenEvent } = await behindProxy(database);
      proxy.plan('PutItem', once);
      proxy.plan('TransactWriteItems', once);
      expect(await consuming().call(await tokenEvent())).toMatchObject({ statusCode: 201 });
    });

    it('G28: on a commit is retried', async () => {
      const { proxy, writing, writingKeyed, orders } = await behindProxy(database);
      const table = await orders();
      proxy.plan('PutItem', once);
      proxy.plan('TransactWriteItems', once);
      const single = writing((writes) => writes.insert(table, { orderId: '1' }));
      expect(await single.call(httpApiEvent())).toMatchObject({ statusCode: 201 });
      const several = writingKeyed((writes) => writes.insert(table, { orderId: '2' }));
      expect(await several.call(keyedEvent())).toMatchObject({ statusCode: 201 });
      expect(await database.items(table.tableName)).toHaveLength(2);
    });

    it('that outlasts the SDK’s tries is 503 at a claim, and outwaited at completion, release and commit', async () => {
      // One try of the SDK per call of ours: its own backoff from throttling takes seconds.
      const { proxy, keyed, writing, writingKeyed, orders, events } = await behindProxy(database, 1);
      const table = await orders();
      const thrice = [...once, ...once, ...once];
      const { call, runs } = keyed(() => ({ statusCode: runs() === 1 ? 500 : 201 }));
      proxy.plan('UpdateItem', once);
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 503 });
      proxy.plan('UpdateItem', ['pass', ...thrice]);
      expect(await call(keyedEvent())).toEqual({ statusCode: 500 });
      proxy.plan('UpdateItem', ['pass', ...thrice]);
      expect(await call(keyedEvent())).toEqual({ statusCode: 201 });
      proxy.plan('PutItem', thrice);
      proxy.plan('TransactWriteItems', thrice);
      const single = writing((writes) => writes.insert(table, { orderId: '1' }));
      expect(await single.call(httpApiEvent())).toMatchObject({ statusCode: 201 });
      const several = writingKeyed((writes) => writes.insert(table, { orderId: '2' }));
      expect(await several.call(keyedEvent('k-2'))).toMatchObject({ statusCode: 201 });
      expect(events()).toEqual([
        'store-unavailable',
        'claimed',
        'released',
        'claimed',
        'completed',
        'committed',
        'committed',
      ]);
    });
  });

  describe.concurrent('a transaction that is cancelled', () => {
    it.each<[string, Fault]>([
      ['by a conflict on the record', cancelled('TransactionConflict', 'None')],
      ['by a conflict on a write', cancelled('None', 'TransactionConflict')],
      ['by throttling', cancelled('ThrottlingError', 'None')],
      ['by too little capacity', cancelled('None', 'ProvisionedThroughputExceeded')],
      ['because the same is still in progress', refusedWith('TransactionInProgressException')],
      ['by a conflict of replicas', refusedWith('ReplicatedWriteConflictException')],
      ['by a failure of the server', { status: 500, error: 'InternalServerError' }],
    ])('%s, is tried again', async (_name, fault) => {
      const { proxy, writingKeyed, orders, events } = await behindProxy(database);
      const table = await orders();
      const { call } = writingKeyed((writes) => writes.insert(table, { orderId: '1' }));
      proxy.plan('TransactWriteItems', [fault]);
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 });
      expect(await database.items(table.tableName)).toEqual([{ orderId: '1' }]);
      expect(events()).toEqual(['committed']);
    });

    it('G29: by a conflict on the record while a write’s condition fails, is answered from what the conflict leaves', async () => {
      const { proxy, writingKeyed, orders } = await behindProxy(database);
      const table = await orders();
      const { call } = writingKeyed((writes) => writes.insert(table, { orderId: '1' }));
      const first = await call(keyedEvent());
      // The first request was about to commit when the repeat asked: its order is there, its record is still held.
      proxy.plan('TransactWriteItems', [cancelled('TransactionConflict', 'ConditionalCheckFailed')]);
      expect(await call(keyedEvent())).toEqual({ ...first, headers: { 'idempotent-replayed': 'true' } });
      expect(proxy.requests('TransactWriteItems')).toBe(3);
    });

    it('by a conflict on one write while another’s condition fails, is answered from what the conflict leaves', async () => {
      const { proxy, writing, orders } = await behindProxy(database);
      const table = await orders();
      const { call } = writing((writes) => {
        writes.insert(table, { orderId: '1' });
        writes.insert(table, { orderId: '2' });
      });
      proxy.plan('TransactWriteItems', [cancelled('TransactionConflict', 'ConditionalCheckFailed')]);
      expect(await call(httpApiEvent())).toMatchObject({ statusCode: 201 });
    });

    it('by a failed condition, is not tried again', async () => {
      const { proxy, writing, orders } = await behindProxy(database);
      const table = await orders();
      const { call } = writing((writes) => {
        writes.insert(table, { orderId: '1' });
        writes.put(table, { orderId: '2' });
      });
      proxy.plan('TransactWriteItems', [], cancelled('ConditionalCheckFailed', 'None'));
      expect(codeOf(await call(httpApiEvent()))).toBe('DUPLICATE');
      expect(proxy.requests('TransactWriteItems')).toBe(1);
    });

    it('for its data, is not tried again, and is no duplicate', async () => {
      const { proxy, writing, orders } = await behindProxy(database);
      const table = await orders();
      const { call } = writing((writes) => {
        writes.put(table, { orderId: '1' });
        writes.put(table, { orderId: '2' });
      });
      proxy.plan('TransactWriteItems', [], cancelled('ValidationError', 'None'));
      await expect(call(httpApiEvent())).rejects.toThrow('ValidationError');
      expect(proxy.requests('TransactWriteItems')).toBe(1);
    });
  });

  it('a transaction that a missing table refuses names all its tables, that of the records too', async () => {
    const { proxy, writingKeyed, orders, tableName } = await behindProxy(database);
    const table = await orders();
    const { call } = writingKeyed((writes) => writes.insert(table, { orderId: '1' }));
    proxy.plan('TransactWriteItems', [], refusedWith('ResourceNotFoundException'));
    const refusal = await call(keyedEvent()).catch((error: Error) => error.message);
    expect(refusal).toContain(`DynamoDB tables "${table.tableName}", "${tableName}" failed`);
  });

  it('an address where no DynamoDB is names what to check', async () => {
    const store = dynamoDBStore({
      tableName: 'records',
      client: database.openClient({ endpoint: 'http://127.0.0.1:1', maxAttempts: 1 }),
    });
    const read = store.read({ id: '1', nowMs: 0, consistent: true });
    await expect(read).rejects.toThrow(/ECONNREFUSED.*Check AWS_ENDPOINT_URL_DYNAMODB.*VPC endpoint/);
  });

  describe.concurrent('what trying again can’t cure', () => {
    const cures: [string, RegExp][] = [
      ['AccessDeniedException', /Grant the function this action on the table; `IdempotencyTable.attach\(fn\)` does/],
      ['ResourceNotFoundException', /Check the name of the table .* and the Region/],
    ];

    it.each(cures)(
      '(%s) at a claim is 503 after one request, and the event names table, action and cure',
      async (error, cure) => {
        const { proxy, keyed, events, lastError, tableName } = await behindProxy(database);
        const { call, runs } = keyed();
        proxy.plan('UpdateItem', [], refusedWith(error));
        const refused = await call(keyedEvent());
        expect(refused).toMatchObject({ statusCode: 503 });
        expect(refused.body).not.toContain(tableName);
        expect(runs()).toBe(0);
        expect(proxy.requests('UpdateItem')).toBe(1);
        expect(events()).toEqual(['store-unavailable']);
        expect(lastError()).toContain(`UpdateItem on DynamoDB table "${tableName}" failed: ${error}`);
        expect(lastError()).toMatch(cure);
      },
    );

    it.each(cures)(
      '(%s) at release costs one request, and the caller gets the handler’s error',
      async (error, cure) => {
        const { proxy, keyed, events, lastError } = await behindProxy(database);
        const { call } = keyed(() => {
          throw new RangeError('declined');
        });
        proxy.plan('UpdateItem', ['pass'], refusedWith(error));
        await expect(call(keyedEvent())).rejects.toThrow(RangeError);
        expect(proxy.requests('UpdateItem')).toBe(2);
        expect(events()).toEqual(['claimed', 'release-failed']);
        expect(lastError()).toMatch(cure);
      },
    );

    it.each(cures)('(%s) at a commit is thrown after one request', async (error, cure) => {
      const { proxy, writing, orders } = await behindProxy(database);
      const table = await orders();
      const { call } = writing((writes) => writes.insert(table, { orderId: '1' }));
      proxy.plan('PutItem', [], refusedWith(error));
      await expect(call(httpApiEvent())).rejects.toThrow(cure);
      expect(proxy.requests('PutItem')).toBe(1);
    });
  });
});
