import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, zstdCompressSync } from 'node:zlib';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  type Encryption,
  idempotencyKey,
  makeIdempotent,
  uniqueIndex,
} from '../../functions/idempotency/entries/main.ts';
import { aes } from '../support/aes.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { lambdaContext } from '../support/lambda.ts';

const flipped = (bytes: Uint8Array) => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(copy.length - 1) ^ 1, copy.length - 1);
  return copy;
};

const noise = (bytes: number) => Array.from({ length: bytes }, () => Math.random().toString(36)[5] ?? 'x').join('');

/** Ones that take thousands of times less room when compressed. */
const bomb = (megabytes: number) => zstdCompressSync(Buffer.alloc(megabytes * 1024 * 1024, '1'));

const fastBrotli = { [constants.BROTLI_PARAM_QUALITY]: 1 };

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
    encryption?: Encryption,
  ) => {
    const tableName = await createTable();
    const store = dynamoDBStore({ tableName, client: openClient(), overflow });
    let runs = 0;
    const run = async () => {
      runs += 1;
      return result;
    };
    const key = () => 'k';
    const sealing = encryption && { encryption };
    const byMiddleware = middy(run).use(idempotencyKey({ store, key, ...sealing }) as middy.MiddlewareObj);
    const byWrapper = makeIdempotent(run as (event: unknown) => Promise<unknown>, {
      name: 'run',
      namespace: 'test',
      key,
      store,
      ...sealing,
    });
    const byUnique = middy(run).use(
      uniqueIndex({ store, key, namespace: 'unique', ...sealing }) as middy.MiddlewareObj,
    );
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
      ['bytes that brotli has not compressed', { encoding: 'brotli', result: Buffer.from('{}') }],
      ['text of brotli that is no JSON', { encoding: 'brotli', result: brotliCompressSync('{') }],
      ['bytes that nobody has sealed', { encoding: 'zstd+sealed', result: Buffer.from('{}') }],
      ['compressed bytes that nobody has sealed', { encoding: 'zstd+sealed', result: zstdCompressSync('{}') }],
      ['text where sealed bytes should be', { encoding: 'brotli+sealed', result: 'e30=' }],
      ['a mark that nobody knows', { encoding: 'zstd+signed', result: zstdCompressSync('{}') }],
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

    it.each([
      ['zstd', () => bomb(100)],
      ['brotli', () => brotliCompressSync(Buffer.alloc(100 * 1024 * 1024, '1'), { params: fastBrotli })],
    ] as const)(
      'G60: that %s inflates to more than 64 MB refuses a repeat, in the time and memory of those',
      async (encoding, make) => {
        const result = make();
        const { calls } = await rewritten(() => ({ encoding, result }));
        const started = performance.now();
        for (const call of calls) await expect(call()).rejects.toMatchObject(unavailable);
        expect(performance.now() - started).toBeLessThan(5000);
      },
    );
  });

  describe('a record that was sealed, and is not any more what it was', () => {
    const large = { text: noise(900_000) };

    it.each<[what: string, change: (item: Record<string, unknown>) => Record<string, unknown>, result?: unknown]>([
      ['sealed bytes of which one was changed', ({ result }) => ({ result: flipped(result as Uint8Array) })],
      ['no bytes at all', () => ({ result: Buffer.from('x') })],
      ['the name of an object that is not there', () => ({ encoding: 'overflow+sealed', result: 'other' })],
      [
        'an object of another’s',
        ({ result }) => {
          objects.set(String(result), Buffer.from('other'));
          return {};
        },
        large,
      ],
    ])('G60: %s: refuses a repeat, and runs nothing', async (_what, change, result) => {
      const { calls, runs } = await rewritten(change, result, aes());
      const done = runs();
      for (const call of calls.slice(0, 2)) {
        await expect(call()).rejects.toMatchObject(unavailable);
        expect(runs()).toBe(done);
      }
      await expect(calls[2]?.()).rejects.toMatchObject(unavailable);
    });

    it('G60: that opens to more than 64 MB refuses a repeat', async () => {
      const open = async () => bomb(100);
      const { calls } = await rewritten(() => ({}), large, { ...aes(), open });
      for (const call of calls) await expect(call()).rejects.toMatchObject(unavailable);
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
