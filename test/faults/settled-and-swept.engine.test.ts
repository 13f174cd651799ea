import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { type DynamoDBApi, dynamoDBStore, resolve } from '../../functions/idempotency/entries/main.ts';
import { onEachEngineAndClient, type TestDatabase } from '../support/dynamodb.ts';
import { stacked } from '../support/stacked.ts';
import { behindProxy, codeOf, keyedEvent } from './harness.ts';

/** An operation whose first run could not tell what came of it. */
const doubted = async (database: TestDatabase) => {
  const setup = await behindProxy(database);
  let isDone = false;
  const run = () => {
    if (isDone) return { statusCode: 201 };
    throw new RangeError('no answer');
  };
  const { call } = setup.keyed(run, { afterCrash: 'reject', keepErrors: () => 'unknown' });
  await expect(call(keyedEvent())).rejects.toThrow('no answer');
  expect(codeOf(await call(keyedEvent()))).toBe('OUTCOME_UNKNOWN');
  isDone = true;
  const [{ id } = {}] = await database.items(setup.tableName);
  return { ...setup, call, id: String(id) };
};

onEachEngineAndClient((database) => {
  describe('G158: the answer to resolve is lost', () => {
    it.each([
      { release: true } as const,
      { complete: { statusCode: 201, body: 'found' } },
      { complete: { statusCode: 201, body: 'found'.repeat(1000) } },
    ])('it is settled once, and the operator is told so: %o', async (resolution) => {
      const { proxy, store, call, id } = await doubted(database);
      proxy.plan('UpdateItem', ['lose-answer']);
      await resolve(store, id, resolution);
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 });
    });

    it('another operator’s answer is never taken for one’s own', async () => {
      const { proxy, store, call, id } = await doubted(database);
      const other = dynamoDBStore({ tableName: store.tableName, client: database.client });
      const atMs = Date.now() + 1000;
      proxy.plan('UpdateItem', [
        async () => {
          await resolve(other, id, { complete: { statusCode: 201, body: 'theirs' } }, { now: () => atMs });
          return 'refuse';
        },
      ]);
      const mine = resolve(store, id, { complete: { statusCode: 201, body: 'mine' } }, { now: () => atMs });
      await expect(mine).rejects.toThrow('already settled');
      expect(await call(keyedEvent())).toMatchObject({ body: 'theirs' });
    });
  });

  it('an answer that an operator gives is remembered without cookies too', async () => {
    const { store, call, id } = await doubted(database);
    const answer = { statusCode: 201, headers: { 'Set-Cookie': 'session=1', etag: '1' }, cookies: ['session=1'] };
    await resolve(store, id, { complete: answer });
    expect(await call(keyedEvent())).toEqual({
      statusCode: 201,
      headers: { etag: '1', 'idempotent-replayed': 'true' },
    });
  });

  it('G159: an expired record that the database deletes between two writes of a claim is as absent as it was', async () => {
    const { tableName, client } = await behindProxy(database);
    let lateMs = 0;
    let sweeps = 0;
    const api = dynamoDBStore({ tableName, client }).client;
    const sweeping: DynamoDBApi = {
      ...api,
      updateItem: async (input, options) => {
        try {
          return await api.updateItem(input, options);
        } catch (error) {
          sweeps += 1;
          await database.client.send(new DeleteCommand({ TableName: tableName, Key: { id: input.Key?.['id']?.S } }));
          throw error;
        }
      },
    };
    const { call, told } = await stacked(database, async () => ({ statusCode: 201, body: '' }), {
      options: {
        store: dynamoDBStore({ tableName, client: sweeping }),
        retentionSeconds: 1,
        now: () => Date.now() + lateMs,
      },
    });
    expect(await call()).toEqual({ statusCode: 201, body: '' });
    lateMs = 5000;
    expect(await call()).toEqual({ statusCode: 201, body: '' });
    expect([sweeps, told]).toEqual([
      1,
      [
        [1, undefined],
        [1, undefined],
      ],
    ]);
  });
});
