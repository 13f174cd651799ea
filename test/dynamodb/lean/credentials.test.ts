import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leanClient } from '../../../functions/idempotency/dynamodb/api/lean/lean-client.ts';
import {
  disconnect,
  errorOf,
  getInput,
  hang,
  json,
  leanAt,
  ok,
  type Reply,
  refusal,
  region,
  startServer,
  text,
} from './harness.ts';

const inMinutes = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);

/** What the endpoint of a container answers. */
const issued = (accessKeyId: string, expiration = inMinutes(60)): Reply =>
  json(200, {
    AccessKeyId: accessKeyId,
    SecretAccessKey: `secret of ${accessKeyId}`,
    Token: `token-of-${accessKeyId}`,
    Expiration: expiration.toISOString(),
  });

const keyIdIn = (request: { headers: { authorization?: string | undefined } } | undefined) =>
  /Credential=([^/]+)/.exec(request?.headers.authorization ?? '')?.[1];

beforeEach(() => {
  for (const name of Object.keys(process.env).filter((key) => key.startsWith('AWS_'))) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** A DynamoDB that accepts all, and a container's endpoint with these replies. */
const inContainer = async (replies: readonly Reply[], database: readonly Reply[] = [ok]) => {
  const [dynamodb, container] = await Promise.all([startServer(...database), startServer(...replies)]);
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${container.endpoint}/creds?of=pod`);
  const client = leanClient({ endpoint: dynamodb.endpoint, region });
  return { client, container, dynamodb, keyIds: () => dynamodb.requests.map(keyIdIn) };
};

describe('credentials of the environment', () => {
  it('are read at each call, with their token', async () => {
    const { endpoint, requests } = await startServer(ok);
    const client = leanClient({ endpoint, region });
    for (const name of ['first', 'second']) {
      vi.stubEnv('AWS_ACCESS_KEY_ID', name);
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', `secret of ${name}`);
      vi.stubEnv('AWS_SESSION_TOKEN', `token-of-${name}`);
      await client.getItem(getInput);
    }
    expect(requests.map(keyIdIn)).toEqual(['first', 'second']);
    expect(requests.map(({ headers }) => headers['x-amz-security-token'])).toEqual([
      'token-of-first',
      'token-of-second',
    ]);
  });

  it('that have ended are not asked for again', async () => {
    const { endpoint, requests } = await startServer(refusal('ExpiredTokenException'));
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    expect((await errorOf(leanClient({ endpoint, region }).getItem(getInput))).name).toBe('ExpiredTokenException');
    expect(requests).toHaveLength(1);
  });

  it('come before those of a container, and after the option', async () => {
    const { client, container, keyIds, dynamodb } = await inContainer([issued('container')]);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'environment');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    await client.getItem(getInput);
    const credentials = { accessKeyId: 'option', secretAccessKey: 'secret' };
    await leanAt(dynamodb.endpoint, { credentials }).getItem(getInput);
    expect(keyIds()).toEqual(['environment', 'option']);
    expect(container.requests).toHaveLength(0);
  });

  it('that are missing are an error that says what to do, and no failed try', async () => {
    const { endpoint, requests } = await startServer(ok);
    const failures: unknown[] = [];
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'without a secret');
    const client = leanClient({ endpoint, region });
    const error = await errorOf(client.getItem(getInput, { onFailedTry: (failure) => failures.push(failure) }));
    expect(error.name).toBe('CredentialsProviderError');
    expect(error.message).toMatch(/AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set.*`credentials`/);
    expect([requests, failures]).toEqual([[], []]);
  });
});

describe('credentials of a container', () => {
  it('are fetched once, however many calls wait for them, and kept', async () => {
    const { client, container, keyIds } = await inContainer([issued('container')]);
    await Promise.all(Array.from({ length: 10 }, () => client.getItem(getInput)));
    await client.getItem(getInput);
    expect(container.requests).toMatchObject([{ method: 'GET', url: '/creds?of=pod' }]);
    expect(container.requests[0]?.headers.authorization).toBeUndefined();
    expect(new Set(keyIds())).toEqual(new Set(['container']));
  });

  it('are asked for with the token, the file’s before the variable’s, read anew each time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lean-'));
    const file = join(folder, 'token');
    const { client, container } = await inContainer([issued('a', inMinutes(-1))]);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'variable');
    await client.getItem(getInput);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', file);
    for (const token of ['one', 'two\n']) {
      await writeFile(file, token);
      await client.getItem(getInput);
    }
    expect(container.requests.map(({ headers }) => headers.authorization)).toEqual(['variable', 'one', 'two']);
    await rm(folder, { recursive: true });
    expect(await errorOf(client.getItem(getInput))).toMatchObject({
      name: 'CredentialsProviderError',
      message: expect.stringContaining('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'),
    });
  });

  it('G34: that end in less than five minutes are used while new ones are fetched', async () => {
    const { client, container, keyIds } = await inContainer([issued('old', inMinutes(4)), issued('new')]);
    await client.getItem(getInput);
    await Promise.all([client.getItem(getInput), client.getItem(getInput)]);
    await vi.waitFor(async () => {
      await client.getItem(getInput);
      expect(keyIds().at(-1)).toBe('new');
    });
    expect(keyIds().slice(0, 3)).toEqual(['old', 'old', 'old']);
    expect(container.requests).toHaveLength(2);
  });

  it('that end in more than five minutes are not renewed', async () => {
    const { client, container } = await inContainer([issued('old', inMinutes(6))]);
    await client.getItem(getInput);
    await client.getItem(getInput);
    expect(container.requests).toHaveLength(1);
  });

  it('G34: go on to be used while new ones can’t be had', async () => {
    const { client, container, keyIds } = await inContainer([issued('old', inMinutes(4)), text(403, 'no')]);
    for (let calls = 0; calls < 3; calls += 1) {
      await client.getItem(getInput);
      await vi.waitFor(() => expect(container.requests.length).toBeGreaterThan(calls));
    }
    expect(keyIds()).toEqual(['old', 'old', 'old']);
  });

  it('that have ended are waited for', async () => {
    const { client, keyIds } = await inContainer([issued('old', inMinutes(-1)), issued('new')]);
    await client.getItem(getInput);
    await client.getItem(getInput);
    expect(keyIds()).toEqual(['old', 'new']);
  });

  it.each(['ExpiredTokenException', 'ExpiredToken', 'UnrecognizedClientException'])(
    'that DynamoDB refuses by %s are fetched anew, once',
    async (name) => {
      const { client, container, keyIds } = await inContainer([issued('old'), issued('new')], [refusal(name), ok]);
      expect(await client.getItem(getInput)).toMatchObject({ $metadata: { attempts: 2 } });
      expect(keyIds()).toEqual(['old', 'new']);
      expect(container.requests).toHaveLength(2);
    },
  );

  it('that DynamoDB refuses again are not fetched a third time for the call', async () => {
    const { client, container } = await inContainer([issued('old')], [refusal('ExpiredTokenException')]);
    expect((await errorOf(client.getItem(getInput))).name).toBe('ExpiredTokenException');
    expect(container.requests).toHaveLength(2);
  });

  it.each<[string, Reply]>([
    ['a failure', text(500, '')],
    ['throttling', text(429, '')],
    ['a broken connection', disconnect],
    ['no answer', hang],
  ])('are asked for again after %s', async (_name, reply) => {
    const { client, container, keyIds } = await inContainer([reply, issued('container')]);
    await client.getItem(getInput);
    expect(container.requests).toHaveLength(2);
    expect(keyIds()).toEqual(['container']);
  });

  it('are asked for three times at most', async () => {
    const { client, container } = await inContainer([text(500, '')]);
    expect(await errorOf(client.getItem(getInput))).toMatchObject({
      name: 'CredentialsProviderError',
      message: "The container's credentials endpoint (AWS_CONTAINER_CREDENTIALS_*_URI) failed: status 500.",
    });
    expect(container.requests).toHaveLength(3);
  });

  it('are not asked for again when refused', async () => {
    const { client, container } = await inContainer([text(403, '')]);
    expect((await errorOf(client.getItem(getInput))).message).toContain('status 403');
    expect(container.requests).toHaveLength(1);
  });

  it.each([
    'http://example.com/',
    'http://169.254.170.2.example.com/',
    'http://127.0.0.1.example.com/',
    'http://169.254.170.2@example.com/',
    'http://10.0.0.1/',
    'ftp://127.0.0.1/',
    'nonsense',
  ])('are not asked for at %s', async (uri) => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', uri);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'token');
    const error = await errorOf(leanAt('http://127.0.0.1:1', { credentials: undefined }).getItem(getInput));
    expect(error.message).toMatch(/AWS_CONTAINER_CREDENTIALS_FULL_URI must lead to https, loopback/);
  });

  it.each(['@example.com/', '.example.com/'])('are not asked for where %s would lead', async (uri) => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', uri);
    const error = await errorOf(leanAt('http://127.0.0.1:1', { credentials: undefined }).getItem(getInput));
    expect(error.message).toMatch(/AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must lead to/);
  });

  it('that are not complete are an error', async () => {
    const { client } = await inContainer([json(200, { AccessKeyId: 'id', SecretAccessKey: 'secret' })]);
    expect((await errorOf(client.getItem(getInput))).message).toContain(
      'answered without AccessKeyId, SecretAccessKey, Token and Expiration',
    );
  });
});

describe('credentials of a function', () => {
  const serve = async (credentials: () => Promise<never>, database: readonly Reply[] = [ok]) => {
    const { endpoint, requests } = await startServer(...database);
    return { client: leanAt(endpoint, { credentials }), keyIds: () => requests.map(keyIdIn) };
  };

  it('without an end are kept until they are refused', async () => {
    let issuedCount = 0;
    const next = async () => {
      issuedCount += 1;
      return { accessKeyId: `key${issuedCount}`, secretAccessKey: 'secret' } as never;
    };
    const { client, keyIds } = await serve(next, [ok, ok, refusal('ExpiredTokenException'), ok]);
    for (let calls = 0; calls < 3; calls += 1) await client.getItem(getInput);
    expect(keyIds()).toEqual(['key1', 'key1', 'key1', 'key2']);
  });

  it('that fails is asked again by the next call, even if it fails at once', async () => {
    let calls = 0;
    const failing = () => {
      calls += 1;
      if (calls < 3) throw new RangeError('not yet');
      return { accessKeyId: 'id', secretAccessKey: 'secret' } as never;
    };
    const { client, keyIds } = await serve(failing);
    await expect(client.getItem(getInput)).rejects.toThrow(RangeError);
    await expect(client.getItem(getInput)).rejects.toThrow(RangeError);
    await client.getItem(getInput);
    expect(keyIds()).toEqual(['id']);
  });

  it('that are none are an error', async () => {
    const { client } = await serve(async () => ({ accessKeyId: 'id' }) as never);
    expect(await errorOf(client.getItem(getInput))).toMatchObject({ name: 'CredentialsProviderError' });
  });
});
