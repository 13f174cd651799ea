import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import {
  idempotencyKey,
  issueToken,
  makeIdempotent,
  singleUseToken,
  uniqueIndex,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

vi.mock('@aws-sdk/client-dynamodb');
vi.stubEnv('IDEMPOTENCY_TABLE', 'records');

describe('where a test mocks the client of the AWS SDK', () => {
  it('a module that makes its handler at load can be imported', () => {
    expect(vi.isMockFunction(DynamoDBClient)).toBe(true);
    expect(() => {
      middy(async () => 1)
        .use(idempotencyKey())
        .use(singleUseToken())
        .use(uniqueIndex({ key: () => 'k' }));
      makeIdempotent(async () => 1, { name: 'n' });
    }).not.toThrow();
    expect(DynamoDBClient).toHaveBeenCalledTimes(1);
  });

  it('memoryStore works', async () => {
    const store = memoryStore();
    const handler = middy(async () => ({ statusCode: 201, body: crypto.randomUUID() })).use(idempotencyKey({ store }));
    const event = httpApiEvent({ headers: { 'idempotency-key': 'k' } });
    const first = await handler(event, lambdaContext());
    expect(await handler(event, lambdaContext())).toMatchObject({ body: first.body });
    expect(await issueToken(store, { scope: 's' })).toHaveLength(43);
  });
});

describe('a context as tests make it', () => {
  const handled = async (context: object) => {
    const handler = middy(async () => ({ statusCode: 201 })).use(
      idempotencyKey({ store: memoryStore(), tellRetention: false, namespace: 'pay', onEvent: () => undefined }),
    );
    const send = () => handler(httpApiEvent({ headers: { 'idempotency-key': 'k' } }), context as Context);
    return [await send(), await send()];
  };

  it('may be frozen, or empty', async () => {
    const onceThenReplayed = [{ statusCode: 201 }, { statusCode: 201, headers: { 'idempotent-replayed': 'true' } }];
    expect(await handled(Object.freeze({ ...lambdaContext() }))).toEqual(onceThenReplayed);
    expect(await handled(Object.freeze({}))).toEqual(onceThenReplayed);
  });

  it('that leaves no time says that the handler may still be running when it answers', async () => {
    expect(await handled({ ...lambdaContext(), getRemainingTimeInMillis: () => 0 })).toMatchObject([
      { statusCode: 201 },
      { statusCode: 409, body: expect.stringContaining('IN_PROGRESS') },
    ]);
  });
});
