import { CommanderError } from 'commander';
import { codeOf } from '../../../functions/idempotency/addons/redis/redis-error.ts';
import { StoreError } from '../../../functions/idempotency/record/store.ts';
import { actionsText, type CommandName } from '../actions.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import { OperatorError } from '../operator-error.ts';

interface ServiceError extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

export interface ErrorContext
  extends Pick<ConnectionOptions, 'table' | 'region' | 'endpoint' | 'profile' | 'local' | 'redis'> {
  command: CommandName;
}

const regionOf = ({ region, endpoint, local }: ErrorContext): string =>
  local ??
  endpoint ??
  `Region ${region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'of the profile'}`;

const noCredentials =
  'There are no AWS credentials. Log in (`aws sso login`), name a profile (--profile NAME, AWS_PROFILE), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. For the local run: --local.';

const badCredentials =
  'AWS refuses these credentials: they have expired, or belong to another partition. Log in again (`aws sso login`), and check --profile, AWS_PROFILE and AWS_SESSION_TOKEN.';

const throttled =
  'DynamoDB throttles: the table has no capacity left now. Try again more slowly: --rate 50 (read units per second).';

type Sentence = (error: ServiceError, context: ErrorContext) => string;

const byName: Readonly<Record<string, Sentence>> = {
  CredentialsProviderError: () => noCredentials,
  UnrecognizedClientException: () => badCredentials,
  InvalidSignatureException: () => `${badCredentials} A clock that is wrong by minutes has the same effect.`,
  ExpiredTokenException: () => badCredentials,
  ExpiredToken: () => badCredentials,
  TokenProviderError: () => 'The SSO session has ended. Log in again: `aws sso login`.',
  ResourceNotFoundException: (_error, context) =>
    `There is no table ${context.table ?? ''} in ${regionOf(context)}. Check --table (or IDEMPOTENCY_TABLE), --region (or AWS_REGION) and --profile: \`aws dynamodb list-tables\` tells what is there.`,
  AccessDeniedException: ({ message }, { command }) =>
    `Access denied: ${message} \`${command}\` needs ${actionsText(command)} on the table, and kms:Decrypt on its key if it has one of your own.`,
  ProvisionedThroughputExceededException: () => throttled,
  ThrottlingException: () => throttled,
  RequestLimitExceeded: () => throttled,
  ValidationException: ({ message }) =>
    `DynamoDB refuses the request: ${message} Check --key-prefix, --attribute and --powertools against the options of the functions.`,
};

const byCode: Readonly<Record<string, Sentence>> = {
  ECONNREFUSED: (_error, context) =>
    `Nothing answers at ${regionOf(context)}. Check --endpoint, AWS_ENDPOINT_URL_DYNAMODB and AWS_ENDPOINT_URL.`,
  ENOTFOUND: (_error, context) =>
    `${regionOf(context)} has no DynamoDB endpoint that can be found. Check --region for a typo, --endpoint, and the network.`,
  EAI_AGAIN: () => 'DNS lookups fail: check the network, VPN and proxy.',
};

/** An answer of the server, or a connection that broke. */
const isOfRedis = ({ message, code }: ServiceError): boolean =>
  codeOf({ message }) !== undefined || code !== undefined || /socket closed|client is closed|timeout/i.test(message);

/** Turns whatever ended a command into a sentence that says what to do. What is unknown stays as it is: a fault. */
export const explain = (thrown: unknown, context: ErrorContext): OperatorError => {
  if (thrown instanceof OperatorError) return thrown;
  if (thrown instanceof CommanderError) return new OperatorError('usage', thrown.message);
  if (StoreError.is(thrown)) {
    if (thrown.tooLarge)
      return new OperatorError(
        'usage',
        'The answer is too large for a record: 400 KB, compressed. Store a smaller one, such as where to find it.',
      );
    return thrown.cause ? explain(thrown.cause, context) : new OperatorError('unreachable', thrown.message);
  }
  const error: ServiceError = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (context.redis !== undefined && isOfRedis(error)) {
    return new OperatorError('unreachable', `Redis, at ${context.redis}: ${error.message}`, thrown);
  }
  if (/region is missing/i.test(error.message)) {
    return new OperatorError(
      'unreachable',
      'No Region is known. Pass --region NAME, or set AWS_REGION; for the local run: --local.',
      thrown,
    );
  }
  const sentence = byName[error.name] ?? byCode[error.code ?? ''];
  if (sentence) return new OperatorError('unreachable', sentence(error, context), thrown);
  if (error.name === 'TimeoutError' || error.code === 'ECONNRESET' || error.code === 'ETIMEDOUT') {
    return new OperatorError(
      'unreachable',
      `DynamoDB did not answer in time at ${regionOf(context)}. Check the network and --endpoint.`,
      thrown,
    );
  }
  if (error.$metadata?.httpStatusCode !== undefined) {
    return new OperatorError('unreachable', `DynamoDB: ${error.name}: ${error.message}`, thrown);
  }
  return new OperatorError('fault', `${error.name}: ${error.message}`, thrown);
};
