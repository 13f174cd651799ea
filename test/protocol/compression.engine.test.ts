import middy from '@middy/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dynamoDBStore, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { anyEngine, openDatabase } from '../support/dynamodb.ts';
import { lambdaContext } from '../support/lambda.ts';

const database = openDatabase(anyEngine());

const builtin = process.getBuiltinModule.bind(process);

/** As Node 22.3 has it. */
const withoutZstd = (): void => {
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(((name: 'node:zlib') => {
    const { zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync, ...rest } = builtin(name);
    return name === 'node:zlib' ? rest : builtin(name);
  }) as typeof process.getBuiltinModule);
};

afterEach(() => vi.restoreAllMocks());

describe('a result that is compressed', () => {
  const protect = async (answer: unknown, isLarge = false) => {
    const objects = new Map<string, Uint8Array>();
    const overflow = {
      put: async (name: string, data: Uint8Array) => {
        objects.set(name, data);
      },
      get: async (name: string) => objects.get(name),
    };
    const tableName = await database.createTable();
    const store = dynamoDBStore({ tableName, client: database.openClient(), ...(isLarge && { overflow }) });
    const handler = middy(async () => answer).use(idempotencyKey({ store, key: () => 'k' }));
    const encoding = async () => (await database.items(tableName))[0]?.['encoding'];
    return { call: () => handler({} as never, lambdaContext()), encoding, objects };
  };

  const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ id: crypto.randomUUID(), index }));

  it.each([
    ['some kilobytes', 100],
    ['so many that it happens in the background', 8000],
  ])('is by zstd, and replayed: %s', async (_size, count) => {
    const answer = rows(count);
    const { call, encoding } = await protect(answer);
    await call();
    expect(await encoding()).toBe('zstd');
    expect(await call()).toEqual(answer);
  });

  it.each([100, 8000])('G297: is by brotli where Node has no zstd, and replayed by any: %i rows', async (count) => {
    const answer = rows(count);
    const { call, encoding } = await protect(answer);
    withoutZstd();
    await call();
    expect(await encoding()).toBe('brotli');
    expect(await call()).toEqual(answer);
    vi.restoreAllMocks();
    expect(await call()).toEqual(answer);
  });

  it('G297: is RESULT_UNAVAILABLE, and says why, where Node can’t read it', async () => {
    const { call } = await protect(rows(100));
    await call();
    withoutZstd();
    await expect(call()).rejects.toMatchObject({
      code: 'RESULT_UNAVAILABLE',
      message: expect.stringContaining(`zstd, which Node.js ${process.version} does not have`),
    });
  });

  it('G297: has its codec in the name of its object in the overflow', async () => {
    const answer = rows(30_000);
    const { call, encoding, objects } = await protect(answer, true);
    await call();
    expect(await encoding()).toBe('overflow');
    expect([...objects.keys()]).toEqual([expect.stringMatching(/\.zst$/)]);
    expect(await call()).toEqual(answer);
    withoutZstd();
    await expect(call()).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE' });
  });
});
