import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { checkOptions, hasMethods, isNonEmptyString } from '../../base/options.ts';
import type { ResultOverflow } from '../../record/result-overflow.ts';
import { StoreError } from '../../record/store.ts';

export interface S3OverflowOptions {
  /** The bucket's name. */
  bucket: string;
  /**
   * What the objects' keys begin with.
   * @default 'idempotency/'
   */
  prefix?: string;
  /**
   * A client of your own: other endpoints, retries, timeouts, tracing.
   * @default one that gives up on a connection after 1 s and on an answer after 5 s
   */
  client?: S3Client;
}

/**
 * Keeps results that do not fit a DynamoDB item (400 KB, compressed) in an S3 bucket.
 *
 * The library never deletes an object: add a lifecycle rule for the prefix that expires objects after `retentionSeconds`, rounded up to
 * days, plus one day. The rule also removes objects whose record was never written (after a crash or a lost lease).
 *
 * The function needs `s3:PutObject` and `s3:GetObject` on the objects, nothing else: the construct's `attach(fn, { overflow: { bucket } })`
 * grants that, the CDK's `bucket.grantReadWrite(fn, 'idempotency/*')` grants more. Without `s3:ListBucket`, S3 answers 403 for an object
 * that is gone; either way a repeat is then refused with `RESULT_UNAVAILABLE`.
 *
 * @throws {TypeError} when an option is missing, unknown or wrong
 *
 * @example
 * ```ts
 * idempotencyKey({ store: dynamoDBStore({ overflow: s3Overflow({ bucket }) }) });
 * ```
 */
export const s3Overflow = (options: S3OverflowOptions): ResultOverflow => {
  checkOptions('s3Overflow', options, {
    bucket: isNonEmptyString,
    prefix: { is: (value) => typeof value === 'string', expected: 'a string' },
    client: hasMethods('send'),
  });
  const { bucket, prefix = 'idempotency/', client = defaultClient() } = options;
  if (bucket === undefined) throw new TypeError('s3Overflow: no bucket name is set. Pass `bucket`.');
  const at = (key: string) => ({ Bucket: bucket, Key: `${prefix}${key}` });

  return {
    put: async (key, data, expiresAtSeconds, signal) => {
      const put = new PutObjectCommand({
        ...at(key),
        Body: data,
        ContentType: 'application/octet-stream',
        Metadata: { 'expires-at': new Date(expiresAtSeconds * 1000).toISOString() },
      });
      await client.send(put, { ...(signal && { abortSignal: signal }) }).catch((error: unknown) => {
        throw toStoreError(error, 'PutObject', bucket);
      });
    },
    get: async (key, signal) => {
      try {
        const get = new GetObjectCommand(at(key));
        const { Body } = await client.send(get, { ...(signal && { abortSignal: signal }) });
        return await Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
        throw toStoreError(error, 'GetObject', bucket);
      }
    },
  };
};

/** The SDK by itself waits forever for an answer. */
const defaultClient = (): S3Client =>
  new S3Client({ requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true } });

interface SdkError extends Error {
  $retryable?: object;
  $metadata?: { httpStatusCode?: number };
}

/** S3 has understood the request and said no for good. `RequestTimeout`, with status 400, says that the body came too slowly. */
const isRefusal = ({ name, $retryable, $metadata: { httpStatusCode: status = 0 } = {} }: SdkError): boolean =>
  $retryable === undefined && name !== 'RequestTimeout' && status >= 400 && status < 500 && status !== 429;

const toStoreError = (thrown: unknown, action: string, bucket: string): StoreError => {
  const error: SdkError = thrown instanceof Error ? thrown : new Error(String(thrown));
  const cure = error.name === 'AccessDenied' ? ` Grant the function s3:${action} on the objects of the bucket.` : '';
  return new StoreError(`${action} on S3 bucket "${bucket}" failed: ${error.name}: ${error.message}${cure}`, {
    retryable: !isRefusal(error),
    cause: thrown,
  });
};
