import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  idempotencyKey,
  makeIdempotent,
  uniqueIndex,
} from '../../functions/idempotency/entries/main.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { lambdaContext } from '../support/lambda.ts';

const noise = (bytes: number) => Array.from({ length: bytes }, () => Math.random().toString(36)[5] ?? 'x').join('');

/** Ones that take thousands of times less room when compressed. */
const bomb = (megabytes: number) => zstdCompressSync(Buffer.alloc(megabytes * 1024 * 1024, '1'));

const unavailable = { code: 'RESULT_UNAVAILABLE', retryable: false };

onEachEngine(({ client, createTable, items, openClient }) => {
  const objects = new Map<string, Uint8Array>();
  const overflow = {
    put: async (name: string, data: Uint8Array) => {
      objects.set(name, data);
    },
    get: async (name: string) => objects.get(name),
  };

  /** An operation that has run once, whose record then is what somebody else made of it. */
  const rewritten = async (
    change: (item: Record<string, unknown>) => Record<string, unknown>,
    result: unknown = 'paid',
  ) => {
    const tableName = await createTable();
    const store = dynamoDBStore({ tableName, client: openClient(), overflow });
    let runs = 0;
    const run = async () => {
      runs += 1;
      return result;
    };
    const key = () => 'k';
    const byMiddleware = middy(run).use(idempotencyKey({ store, key }) as middy.MiddlewareObj);
    const byWrapper = makeIdempotent(run as (event: unknown) => Promise<unknown>, {
      name: 'run',
      namespace: 'test',
      key,
      store,
    });
    const byUnique = middy(run).use(uniqueIndex({ store, key, namespace: 'unique' }) as middy.MiddlewareObj);
    const calls = [
      async () => byMiddleware({}, lambdaContext()),
      async () => byWrapper({}),
      async () => byUnique({}, lambdaContext()),
    ];
    for (const call of calls) await call();
    for (const item of await items(tableName)) {
      await client.send(new PutCommand({ TableName: tableName, Item: { ...item, ...change(item) } }));
    }
    return { calls, runs: () => runs };
  };

  describe('a record that somebody else has written', () => {
    it.each<[what: string, change: Record<string, unknown>]>([
      ['no JSON', { result: '{"paid":' }],
      ['nothing', { result: '' }],
      ['a number where text should be', { result: 5 }],
      ['text where bytes should be', { encoding: 'zstd', result: 'e30=' }],
      ['bytes that are not compressed', { encoding: 'zstd', result: Buffer.from('{}') }],
      ['compressed text that is no JSON', { encoding: 'zstd', result: zstdCompressSync('{') }],
      ['an encoding that nobody knows', { encoding: 'deflate', result: Buffer.from('x') }],
      ['the name of an object that is not there', { encoding: 'overflow', result: 'other' }],
      ['an error that is none', { thrown: true, result: 'null' }],
    ])('G60: with %s as its result refuses a repeat, and runs nothing', async (_what, change) => {
      const { calls, runs } = await rewritten(() => change);
      const done = runs();
      for (const call of calls.slice(0, 2)) {
        await expect(call()).rejects.toMatchObject(unavailable);
        expect(runs()).toBe(done);
      }
      await expect(calls[2]?.()).rejects.toMatchObject(unavailable);
    });

    it('G60: that inflates to more than 64 MB refuses a repeat, in the time and memory of those', async () => {
      const result = bomb(100);
      const { calls } = await rewritten(() => ({ encoding: 'zstd', result }));
      const started = performance.now();
      for (const call of calls) await expect(call()).rejects.toMatchObject(unavailable);
      expect(performance.now() - started).toBeLessThan(5000);
    });
  });

  describe('an object in the overflow', () => {
    const large = { text: noise(900_000) };

    it('G60: that was swapped for another operation’s refuses a repeat', async () => {
      const { calls } = await rewritten(() => ({}), large);
      const other = zstdCompressSync('{"text":"another caller’s"}');
      for (const name of objects.keys()) objects.set(name, other);
      for (const call of calls) await expect(call()).rejects.toMatchObject(unavailable);
    });

    it('G60: that inflates to more than 64 MB refuses a repeat', async () => {
      const data = bomb(100);
      const hash = createHash('sha256').update(data).digest('base64url');
      const { calls } = await rewritten(({ id, owner }) => {
        objects.set(`${id}/${owner}/${hash}.zst`, data);
        return { result: `${id}/${owner}/${hash}.zst` };
      }, large);
      for (const call of calls) await expect(call()).rejects.toMatchObject(unavailable);
    });
  });
});
