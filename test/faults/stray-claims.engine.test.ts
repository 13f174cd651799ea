import middy from '@middy/core';
import { expect, it } from 'vitest';
import {
  type DynamoDBApi,
  dynamoDBStore,
  type IdempotentContext,
  idempotencyKey,
} from '../../functions/idempotency/entries/main.ts';
import { barrier } from '../support/barrier.ts';
import { onEachEngineAndClient, type TestDatabase } from '../support/dynamodb.ts';
import { lambdaContext } from '../support/lambda.ts';
import { type Answer, codeOf, keyedEvent } from './harness.ts';

const unanswered = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

/** A handler whose claims may get lost, be sent again, and arrive when the test lets them. */
const behindSlowNetwork = async (database: TestDatabase, run: (context: IdempotentContext) => unknown) => {
  const tableName = await database.createTable();
  const { client } = dynamoDBStore({ tableName, client: database.client });
  const late: (() => Promise<unknown>)[] = [];
  let isSlow = false;
  const updateItem: DynamoDBApi['updateItem'] = async (input, options) => {
    if (isSlow) {
      isSlow = false;
      late.push(() => client.updateItem(input));
      options?.onFailedTry?.(unanswered);
    }
    return client.updateItem(input, options);
  };
  const store = dynamoDBStore({ tableName, client: { ...client, updateItem } });
  const handler = middy(async (_event: unknown, context: IdempotentContext) => run(context)).use(
    idempotencyKey({ store, afterCrash: 'reject', onEvent: () => undefined }),
  );
  return {
    slowDown: () => {
      isSlow = true;
    },
    arrive: async () => {
      const claim = late.shift();
      await expect(claim?.()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    },
    call: () => handler(keyedEvent() as never, lambdaContext() as never) as Promise<Answer>,
  };
};

const declined = () => Promise.reject(new Error('declined'));

onEachEngineAndClient((database) => {
  it('a claim that arrives once more when its run has failed holds nothing, and is no crash', async () => {
    const runs = [declined, ({ idempotency }: IdempotentContext) => idempotency];
    const { slowDown, arrive, call } = await behindSlowNetwork(database, (context) => runs.shift()?.(context));
    slowDown();
    await expect(call()).rejects.toThrow('declined');
    await arrive();
    expect(await call()).toMatchObject({ attempt: 2, previous: 'failed' });
  });

  it('a claim of a refused request that arrives when the operation is free holds nothing', async () => {
    const [started, open] = [barrier(), barrier()];
    const fail = async () => {
      started.open();
      await open.opened;
      return declined();
    };
    const runs = [fail, ({ idempotency }: IdempotentContext) => idempotency];
    const { slowDown, arrive, call } = await behindSlowNetwork(database, (context) => runs.shift()?.(context));
    const first = call();
    await started.opened;
    slowDown();
    expect(codeOf(await call())).toBe('IN_PROGRESS');
    open.open();
    await expect(first).rejects.toThrow('declined');
    await arrive();
    expect(await call()).toMatchObject({ attempt: 2, previous: 'failed' });
  });
});
