import { createHash, createHmac } from 'node:crypto';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it, vi } from 'vitest';
import { credentials, getInput, leanAt, ok, type ReceivedRequest, region, startServer } from './harness.ts';

const sha256 = class {
  readonly #hash;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
};

/** The same request, signed by the AWS SDK's signer as of the same second. */
const authorizationOf = async ({ url, headers, body }: ReceivedRequest, sessionToken?: string): Promise<string> => {
  const signer = new SignatureV4({
    service: 'dynamodb',
    region,
    sha256: sha256 as never,
    applyChecksum: false,
    credentials: { ...credentials, ...(sessionToken && { sessionToken }) },
  });
  const date = String(headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
  const names = ['host', 'content-type', 'content-length', 'x-amz-target'];
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: String(url),
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
      body,
    },
    { signingDate: new Date(date) },
  );
  return String(signed.headers['authorization']);
};

const signatureIn = (authorization: string | undefined) => /Signature=([0-9a-f]{64})$/.exec(authorization ?? '')?.[1];

/** The signature, recomputed by the text of the specification from the headers that the request says it signed. */
const recomputed = ({ method, url, headers, body }: ReceivedRequest): string => {
  const hash = (data: string) => createHash('sha256').update(data).digest('hex');
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  const [, scope = '', names = ''] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const canonicalHeaders = names.split(';').map((name) => `${name}:${headers[name]}\n`);
  const canonical = [method, url, '', canonicalHeaders.join(''), names, hash(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  return hmac(key, toSign).toString('hex');
};

describe('a request’s signature', () => {
  it('G31: is the one that the AWS SDK’s signer makes', async () => {
    const { endpoint, requests } = await startServer(ok);
    await leanAt(endpoint).getItem({ ...getInput, Key: { id: { S: 'ünï 😀' } } });
    const [request] = requests as [ReceivedRequest];
    expect(request.headers.authorization).toBe(await authorizationOf(request));
    expect(signatureIn(request.headers.authorization)).toBe(recomputed(request));
  });

  it('is over the session token as well', async () => {
    const { endpoint, requests } = await startServer(ok);
    await leanAt(endpoint, { credentials: { ...credentials, sessionToken: 'the/token+==' } }).getItem(getInput);
    const [request] = requests as [ReceivedRequest];
    expect(request.headers['x-amz-security-token']).toBe('the/token+==');
    expect(request.headers.authorization).toBe(await authorizationOf(request, 'the/token+=='));
    expect(request.headers.authorization).toContain('x-amz-security-token');
    expect(signatureIn(request.headers.authorization)).toBe(recomputed(request));
  });

  it.each(['/a%20proxy/', '/a proxy', '/ü', '/a//b', '/a/../b', "/a'b(c)*!~", '/x%2Fy/'])(
    'G293: is over an endpoint’s path, which is sent as the AWS SDK sends it: %s',
    async (path) => {
      const { endpoint, requests } = await startServer(ok);
      await leanAt(endpoint + path).getItem(getInput);
      await new DynamoDB({ endpoint: endpoint + path, region, credentials }).getItem(getInput);
      const [ours, theirs] = requests as [ReceivedRequest, ReceivedRequest];
      expect(ours.url).toBe(theirs.url);
      expect(ours.headers.authorization).toBe(await authorizationOf(ours));
    },
  );

  it('changes with the secret, and with the day', async () => {
    const { endpoint, requests } = await startServer(ok);
    const days = ['2026-01-01T23:59:59Z', '2026-01-02T00:00:00Z'];
    let secretAccessKey = credentials.secretAccessKey;
    const client = leanAt(endpoint, {
      credentials: async () => ({ ...credentials, secretAccessKey, expiration: new Date() }),
    });
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      for (const day of [...days, days[0], days[0]] as string[]) {
        vi.setSystemTime(day);
        await client.getItem(getInput);
      }
      secretAccessKey = 'another';
      await client.getItem(getInput);
    } finally {
      vi.useRealTimers();
    }
    const signatures = requests.map(({ headers }) => signatureIn(headers.authorization));
    expect(signatures.slice(0, 4)).toEqual(requests.slice(0, 4).map(recomputed));
    expect(signatures[2]).toBe(signatures[0]);
    expect(signatures[4]).not.toBe(signatures[3]);
  });

  it('names the Region, the service and every header that says what is to be done', async () => {
    const { endpoint, requests } = await startServer(ok);
    await leanAt(endpoint, { region: 'us-west-2' }).getItem(getInput);
    expect(requests[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-west-2\/dynamodb\/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-target, Signature=[0-9a-f]{64}$/,
    );
  });
});

describe('a request', () => {
  it('is what DynamoDB’s protocol asks for', async () => {
    const { endpoint, requests } = await startServer(ok);
    await leanAt(endpoint).getItem(getInput);
    const [{ method, url, headers, body }] = requests as [ReceivedRequest];
    expect({ method, url, body }).toEqual({ method: 'POST', url: '/', body: JSON.stringify(getInput) });
    expect(headers).toMatchObject({
      host: endpoint.replace('http://', ''),
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'user-agent': 'middy-idempotency',
    });
  });

  it.each([
    ['getItem', 'GetItem'],
    ['putItem', 'PutItem'],
    ['updateItem', 'UpdateItem'],
    ['deleteItem', 'DeleteItem'],
    ['transactWriteItems', 'TransactWriteItems'],
  ] as const)('of %s is for the action %s', async (method, action) => {
    const { endpoint, requests } = await startServer(ok);
    await leanAt(endpoint)[method]({} as never);
    expect(requests[0]?.headers['x-amz-target']).toBe(`DynamoDB_20120810.${action}`);
  });
});
