import { checkOptions, isIntegerBetween, isNonEmptyString, type OptionRule } from '../../../base/options.ts';
import { areCredentials, type Credentials } from './credentials/credentials.ts';

export interface LeanClientOptions {
  /**
   * The table's AWS Region.
   * @default the environment variable AWS_REGION
   */
  region?: string | undefined;
  /**
   * The URL of another DynamoDB endpoint.
   * @default the environment variable AWS_ENDPOINT_URL_DYNAMODB, else AWS_ENDPOINT_URL, else DynamoDB's own in the Region
   */
  endpoint?: string | undefined;
  /**
   * Credentials, or a function that returns them. They are kept until 5 minutes before their `expiration`.
   * @default those of the environment (AWS_ACCESS_KEY_ID, ...), else those of the container's endpoint
   */
  credentials?: Credentials | (() => Promise<Credentials>) | undefined;
  /**
   * How often a request is sent at most, including the first try.
   * @default 3
   */
  maxAttempts?: number | undefined;
  /**
   * How long a try waits for its connection, in milliseconds, not counting the wait for one of the 50 connections to become free.
   * @default 1000
   */
  connectionTimeoutMs?: number | undefined;
  /**
   * How long a try may take, in milliseconds, from when it has a connection to the end of the answer.
   * @default 3000
   */
  requestTimeoutMs?: number | undefined;
}

const isDuration = isIntegerBetween(1, 2 ** 31 - 1);

const rules = {
  region: {
    // It becomes a part of the host's name.
    is: (value) => typeof value === 'string' && /^[a-z0-9-]+$/i.test(value),
    expected: "a Region such as 'eu-central-1'",
  },
  endpoint: isNonEmptyString,
  // Checked below, because the error must not show what they were.
  credentials: { is: () => true, expected: 'credentials' },
  maxAttempts: isIntegerBetween(1, 100),
  connectionTimeoutMs: isDuration,
  requestTimeoutMs: isDuration,
} as const satisfies Record<keyof LeanClientOptions, OptionRule>;

/** @throws {TypeError} that names the option that is wrong, or the Region that is missing */
export const resolveLeanOptions = (options: LeanClientOptions) => {
  checkOptions('leanClient', options, rules);
  const { region = process.env['AWS_REGION'], endpoint, credentials } = options;
  const { maxAttempts = 3, connectionTimeoutMs = 1000, requestTimeoutMs = 3000 } = options;
  if (!region) {
    throw new TypeError(
      'leanClient: no Region is set. Set the environment variable AWS_REGION (Lambda does) or pass `region`.',
    );
  }
  checkOptions('leanClient, environment variable AWS_REGION', { region }, rules);
  if (credentials !== undefined && typeof credentials !== 'function' && !areCredentials(credentials)) {
    throw new TypeError(
      'leanClient: option `credentials` must be { accessKeyId, secretAccessKey, sessionToken? } or a function that returns them.',
    );
  }
  return { region, endpoint, credentials, maxAttempts, connectionTimeoutMs, requestTimeoutMs };
};
