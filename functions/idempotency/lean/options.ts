import { checkOptions, isIntegerBetween, isNonEmptyString } from '../options.ts';
import type { Credentials } from './credentials.ts';
import { isCredentials } from './renewed-credentials.ts';

export interface LeanClientOptions {
  /**
   * The table's AWS Region.
   * @default the environment variable AWS_REGION
   */
  region?: string | undefined;
  /**
   * Another address of DynamoDB, as a URL.
   * @default the environment variable AWS_ENDPOINT_URL_DYNAMODB, else AWS_ENDPOINT_URL, else DynamoDB's own in the Region
   */
  endpoint?: string | undefined;
  /**
   * Credentials, or a function that gets them. What the function returns is kept until 5 minutes before its `expiration`.
   * @default those of the environment (AWS_ACCESS_KEY_ID, ...), else those of the container's endpoint
   */
  credentials?: Credentials | (() => Promise<Credentials>) | undefined;
  /**
   * How often a request is sent at most, the first time included.
   * @default 3
   */
  maxAttempts?: number | undefined;
  /**
   * How long a try waits for a connection, in milliseconds.
   * @default 1000
   */
  connectionTimeoutMs?: number | undefined;
  /**
   * How long a try takes at most, from its start to the end of its answer, in milliseconds.
   * @default 3000
   */
  requestTimeoutMs?: number | undefined;
}

const isDuration = isIntegerBetween(1, 2 ** 31 - 1);

/** @throws {TypeError} that names the option that is wrong, or the Region that is missing */
export const checkLeanOptions = (options: LeanClientOptions): void => {
  checkOptions('leanClient', options, {
    region: {
      // It becomes a part of the host's name.
      is: (value) => typeof value === 'string' && /^[a-z0-9-]+$/i.test(value),
      expected: "a Region such as 'eu-central-1' (by default the environment variable AWS_REGION)",
    },
    endpoint: isNonEmptyString,
    credentials: { is: () => true, expected: 'credentials' },
    maxAttempts: isIntegerBetween(1, 100),
    connectionTimeoutMs: isDuration,
    requestTimeoutMs: isDuration,
  });
  const { region, credentials } = options;
  if (region === undefined) {
    throw new TypeError(
      'leanClient: no Region is named. Set the environment variable AWS_REGION (Lambda does) or pass `region`.',
    );
  }
  // By itself, because the error must not show what it was.
  if (credentials !== undefined && typeof credentials !== 'function' && !isCredentials(credentials)) {
    throw new TypeError(
      'leanClient: option `credentials` must be { accessKeyId, secretAccessKey, sessionToken? } or a function that returns them.',
    );
  }
};
