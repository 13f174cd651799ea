import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Credentials } from '../credentials/credentials.ts';

const contentType = 'application/x-amz-json-1.0';

/** The headers of a request, signed with the time of now. */
export type Sign = (action: string, body: string, credentials: Credentials) => Record<string, string>;

/**
 * Signs what is always alike: a `POST` of JSON to one path, without a query. A signer for every request that AWS knows was tried
 * first (`aws4`): it was most of the client's bytes, took 20 us more a call, and as CommonJS needed a global `require` to be bundled.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export const signer = ({ host, pathname }: URL, region: string): Sign => {
  const path = canonicalPath(pathname);
  const keyOf = keyCache(region);

  return (action, body, { accessKeyId, secretAccessKey, sessionToken }) => {
    const time = new Date().toISOString().replace(/[:-]|\.\d+/g, '');
    const day = time.slice(0, 8);
    const scope = `${day}/${region}/dynamodb/aws4_request`;
    const length = String(Buffer.byteLength(body));
    const target = `DynamoDB_20120810.${action}`;
    const names = `content-length;content-type;host;x-amz-date;${sessionToken ? 'x-amz-security-token;' : ''}x-amz-target`;
    const canonical =
      `POST\n${path}\n\ncontent-length:${length}\ncontent-type:${contentType}\nhost:${host}\nx-amz-date:${time}\n` +
      `${sessionToken ? `x-amz-security-token:${sessionToken}\n` : ''}x-amz-target:${target}\n\n${names}\n${sha256(body)}`;
    const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`;
    const signature = createHmac('sha256', keyOf(secretAccessKey, day)).update(toSign).digest('hex');
    return {
      host,
      'content-type': contentType,
      'content-length': length,
      'user-agent': 'middy-idempotency',
      'x-amz-date': time,
      ...(sessionToken && { 'x-amz-security-token': sessionToken }),
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    };
  };
};

/** Of a path that is encoded already, encoded once more, without its empty parts. */
const canonicalPath = (pathname: string): string =>
  encodeURIComponent(pathname.replace(/\/+/g, '/'))
    .replace(/%2F/g, '/')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (text: string): string => hash('sha256', text);

/** A key is good for a day: the last one is kept. */
const keyCache = (region: string) => {
  let [secret, day] = ['', ''];
  let key: KeyObject;
  return (wantedSecret: string, wantedDay: string): KeyObject => {
    if (wantedSecret !== secret || wantedDay !== day) {
      const derived = [wantedDay, region, 'dynamodb', 'aws4_request'].reduce<string | Buffer>(
        (above, part) => createHmac('sha256', above).update(part).digest(),
        `AWS4${wantedSecret}`,
      );
      key = createSecretKey(derived as Buffer);
      [secret, day] = [wantedSecret, wantedDay];
    }
    return key;
  };
};
