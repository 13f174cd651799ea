import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type KmsEncryptionOptions, kmsEncryption } from '../../docs/examples/kms-encryption.ts';
import { call, exampleDatabase } from '../support/examples.ts';
import { startKms } from '../support/kms.ts';
import { httpApiEvent } from '../support/lambda.ts';

const database = exampleDatabase();
const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/results';
let kms: Awaited<ReturnType<typeof startKms>>;

beforeAll(async () => {
  kms = await startKms(keyArn);
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', kms.endpoint);
  vi.stubEnv('RESULTS_KEY_ARN', keyArn);
});
afterAll(() => kms.close());

const event = (key: string) => httpApiEvent({ headers: { 'idempotency-key': key }, body: {} });
const itemsText = async () => JSON.stringify(await database.items(process.env['IDEMPOTENCY_TABLE'] ?? ''));

it('shown once: the secret is in the first answer alone', async () => {
  const { handler } = await import('../../docs/examples/shown-once.ts');
  const first = await call(handler, event('k-1'));
  const { id, secret } = JSON.parse(first.body);
  expect(await call(handler, event('k-1'))).toMatchObject({
    statusCode: 201,
    headers: { 'idempotent-replayed': 'true', 'idempotent-redacted': 'true' },
    body: JSON.stringify({ id }),
  });
  expect([secret.length, (await itemsText()).includes(secret)]).toEqual([43, false]);
});

it('sealed answers: a repeat gets the first, by one data key', async () => {
  const { handler } = await import('../../docs/examples/sealed-answers.ts');
  const first = await call(handler, event('k-2'));
  await call(handler, event('k-3'));
  expect(await call(handler, event('k-2'))).toMatchObject({ ...first, headers: { 'idempotent-replayed': 'true' } });
  expect(await itemsText()).not.toContain('accountId');
  expect(kms.calls).toEqual(['GenerateDataKey']);
});

describe('KMS encryption', () => {
  const bytes = Buffer.from('result');
  const details = { recordId: 'pay#1' };

  /** An execution environment of its own, and the calls that it makes. */
  const environment = (options: Partial<KmsEncryptionOptions> = {}) => {
    const client = new KMSClient({ maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    const before = kms.calls.length;
    return {
      ...kmsEncryption({ keyId: keyArn, client, ...options }),
      calls: () => kms.calls.slice(before),
    };
  };

  it('unwraps a data key once, for all that it has sealed', async () => {
    const { seal } = environment();
    const sealed = await Promise.all([1, 2, 3].map(() => seal(bytes, details)));
    expect(new Set(sealed.map((one) => Buffer.from(one).toString('hex'))).size).toBe(3);
    const { open, calls } = environment();
    for (const one of sealed) expect(Buffer.from(await open(one, details))).toEqual(bytes);
    expect(calls()).toEqual(['Decrypt']);
  });

  it('takes a new data key when one is worn out, or old', async () => {
    const worn = environment({ maxUses: 2 });
    for (let seals = 0; seals < 5; seals += 1) await worn.seal(bytes, details);
    expect(worn.calls()).toHaveLength(3);

    const old = environment({ maxAgeMs: 1000 });
    const clock = vi.spyOn(Date, 'now');
    onTestFinished(() => clock.mockRestore());
    const startMs = performance.timeOrigin + performance.now();
    for (const ms of [0, 500, 999, 1001]) {
      clock.mockReturnValue(startMs + ms);
      await old.seal(bytes, details);
    }
    expect(old.calls()).toHaveLength(2);
  });

  it('opens for the same record alone, and what was changed or cut off never', async () => {
    const { seal, open } = environment();
    const sealed = Buffer.from(await seal(bytes, details));
    const refused = { name: 'StoreError', retryable: false };
    await expect(open(sealed, { recordId: 'pay#2' })).rejects.toMatchObject(refused);
    for (const position of [2, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[position] = (changed[position] ?? 0) ^ 1;
      await expect(open(changed, details)).rejects.toMatchObject(refused);
    }
    for (const length of [0, 1, 2, 40, sealed.length - 1]) {
      await expect(open(sealed.subarray(0, length), details)).rejects.toMatchObject(refused);
    }
    expect(Buffer.from(await open(sealed, details))).toEqual(bytes);
  });

  it('asks KMS again after a failure that has passed', async () => {
    const [sealing, opening] = [environment(), environment()];
    kms.fail('ThrottlingException');
    await expect(sealing.seal(bytes, details)).rejects.toMatchObject({ name: 'ThrottlingException' });
    kms.fail(undefined);
    const sealed = await sealing.seal(bytes, details);
    kms.fail('ThrottlingException');
    await expect(opening.open(sealed, details)).rejects.toMatchObject({ name: 'ThrottlingException' });
    kms.fail(undefined);
    expect(Buffer.from(await opening.open(sealed, details))).toEqual(bytes);
  });

  it('gives up for good when the key is another, or gone', async () => {
    const sealed = await environment().seal(bytes, details);
    for (const fault of ['IncorrectKeyException', 'NotFoundException', 'InvalidCiphertextException']) {
      const { open } = environment();
      kms.fail(fault);
      onTestFinished(() => kms.fail(undefined));
      await expect(open(sealed, details)).rejects.toMatchObject({ name: 'StoreError', retryable: false });
    }
  });
});
