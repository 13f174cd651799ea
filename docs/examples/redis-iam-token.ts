import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: ArrayBuffer | ArrayBufferView | string) {
    const key = secret instanceof ArrayBuffer ? new Uint8Array(secret) : (secret as string | undefined);
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

const environment = (name: string): string => process.env[name] ?? '';

/** What ElastiCache takes for the password of a user with IAM authentication, for 15 minutes. */
export const iamToken = async (cacheName: string, userId: string): Promise<string> => {
  const signer = new SignatureV4({
    service: 'elasticache',
    region: environment('AWS_REGION'),
    credentials: {
      accessKeyId: environment('AWS_ACCESS_KEY_ID'),
      secretAccessKey: environment('AWS_SECRET_ACCESS_KEY'),
      sessionToken: environment('AWS_SESSION_TOKEN'),
    },
    sha256: Sha256,
  });
  const request = {
    method: 'GET',
    protocol: 'http:',
    hostname: cacheName,
    path: '/',
    headers: { host: cacheName },
    query: { Action: 'connect', User: userId, ResourceType: 'ServerlessCache' },
  };
  const { query = {} } = await signer.presign(request, { expiresIn: 900 });
  return `${cacheName}/?${new URLSearchParams(query as Record<string, string>)}`;
};
