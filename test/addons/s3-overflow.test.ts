import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../functions/idempotency/entries/main.ts';
import { s3Overflow } from '../../functions/idempotency/entries/s3.ts';
import { readModule } from '../support/bundle.ts';
import { startS3 } from '../support/s3.ts';

const data = new Uint8Array([0, 255, 128]);
const expiresAtSeconds = Date.UTC(2026, 0, 2) / 1000;

describe('s3Overflow', () => {
  it('puts an object under its prefix, with the checksum that the SDK adds, and gets it back', async () => {
    const s3 = await startS3();
    const overflow = s3Overflow({ bucket: 'results', client: s3.client });
    await overflow.put('pay#hash/owner', data, expiresAtSeconds);
    const stored = s3.objects.get('results/idempotency/pay#hash/owner');
    expect(stored?.headers).toMatchObject({ 'x-amz-meta-expires-at': '2026-01-02T00:00:00.000Z' });
    expect(await overflow.get('pay#hash/owner')).toEqual(data);
  });

  it('keeps names apart that differ in any character, whatever the prefix', async () => {
    const s3 = await startS3();
    const overflow = s3Overflow({ bucket: 'results', prefix: '', client: s3.client });
    const names = ['a b#h/o', 'a+b#h/o', 'a%20b#h/o', 'a/b#h/o', 'ä#h/o', 'A#h/o', 'a#h/o', 'a?x=1#h/o'];
    for (const [index, name] of names.entries()) {
      await overflow.put(name, new Uint8Array([index]), expiresAtSeconds);
    }
    expect([...s3.objects.keys()]).toEqual(names.map((name) => `results/${name}`));
    for (const [index, name] of names.entries()) expect(await overflow.get(name)).toEqual(new Uint8Array([index]));
  });

  it('knows an object that is missing', async () => {
    const { client } = await startS3();
    expect(await s3Overflow({ bucket: 'results', client }).get('pay#hash/owner')).toBeUndefined();
  });

  it.each([
    { status: 503, code: 'SlowDown', retryable: true },
    { status: 500, code: 'InternalError', retryable: true },
    { status: 400, code: 'RequestTimeout', retryable: true },
    { status: 403, code: 'AccessDenied', retryable: false },
    { status: 404, code: 'NoSuchBucket', retryable: false },
  ])('tells a failure that may pass from one that stays: $code', async ({ status, code, retryable }) => {
    const s3 = await startS3();
    const overflow = s3Overflow({ bucket: 'results', client: s3.client });
    s3.fail({ status, code });
    for (const call of [() => overflow.put('k', data, expiresAtSeconds), () => overflow.get('k')]) {
      const error = await call().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StoreError);
      expect(error).toMatchObject({ retryable, message: expect.stringContaining(code) });
    }
  });

  it('stops when it is told to, as a failure that may pass', async () => {
    const { client } = await startS3();
    const overflow = s3Overflow({ bucket: 'results', client });
    for (const call of [
      () => overflow.put('k', data, expiresAtSeconds, AbortSignal.abort()),
      () => overflow.get('k', AbortSignal.abort()),
    ]) {
      await expect(call()).rejects.toMatchObject({ name: 'StoreError', retryable: true });
    }
  });

  it('refuses a missing bucket and unknown options when the function loads', () => {
    expect(() => s3Overflow({} as never)).toThrow('s3Overflow: no bucket name is set. Pass `bucket`.');
    expect(() => s3Overflow({ bucket: '' })).toThrow('`bucket` must be a non-empty string');
    expect(() => s3Overflow({ bucket: 'results', folder: 'x' } as never)).toThrow('unknown option `folder`');
  });
});

it('the main entry does not need the S3 client', async () => {
  const { imports } = await readModule(join(import.meta.dirname, '../../functions/idempotency/entries/main.ts'));
  expect(imports).toContain('@aws-sdk/client-dynamodb');
  expect(imports).not.toContain('@aws-sdk/client-s3');
});
