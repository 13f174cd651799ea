import type { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { StoreError } from '../record/store.ts';

interface SdkError extends Error {
  code?: string;
  $fault?: 'client' | 'server';
  $retryable?: object;
  $metadata?: { httpStatusCode?: number };
}

const transientNames: ReadonlySet<string> = new Set([
  'InternalServerError',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ReplicatedWriteConflictException',
  'ThrottlingException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

const transientCodes: ReadonlySet<string | undefined> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** Whether sending the request again can help: always, unless the service understood it and said no for good. */
const isTransient = (error: SdkError): boolean =>
  transientNames.has(error.name) ||
  cancellationCodes(error)?.some((code) => transientCodes.has(code)) ||
  error.$retryable !== undefined ||
  error.$fault === 'server' ||
  error.$metadata?.httpStatusCode === undefined;

const cures: Readonly<Record<string, string>> = {
  AccessDeniedException: ' Grant the function this action on the table; `IdempotencyTable.attach(fn)` does.',
  ResourceNotFoundException:
    ' Check the name of the table (for records IDEMPOTENCY_TABLE or the option `tableName`) and the Region.',
  UnrecognizedClientException: ' DynamoDB does not know the credentials: check Region and role.',
};

const unreachable =
  ' Check AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL and the option `endpoint` of the client, if set, and how the function gets to DynamoDB (VPC endpoint).';

/** What to do about an error, where that can be said. A connection that broke in use needs nothing: the next one will do. */
const cureOf = ({ name, code = '' }: SdkError): string =>
  cures[name] ?? (/^(ECONNREFUSED|ENOTFOUND|EPROTO)$/.test(code) || isNoAnswerOfDynamoDB(name) ? unreachable : '');

const isNoAnswerOfDynamoDB = (name: string): boolean => name === 'Unknown' || name === 'UnreadableAnswer';

export const toStoreError = (thrown: unknown, action: string, target: string): StoreError => {
  const error: SdkError = thrown instanceof Error ? thrown : new Error(String(thrown));
  return new StoreError(
    `${action} on ${target} failed: ${error.name}: ${error.message.replace(/\.?$/, '.')}${cureOf(error)}`,
    {
      retryable: isTransient(error),
      tooLarge: error.name === 'ValidationException' && /item size/i.test(error.message),
      cause: thrown,
    },
  );
};

/** By name, because a client handed in by the user may come from another copy of the SDK. */
export const isRefusedWrite = (error: unknown): error is ConditionalCheckFailedException =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** There was no connection that anything could have been sent through. */
const neverConnected = ({ code = '' }: SdkError): boolean => /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/.test(code);

/** Whether a try that failed so may have been applied all the same: nobody answered, or a server that failed. */
export const mayHaveBeenApplied = (error: unknown): boolean =>
  ((error as SdkError).$metadata?.httpStatusCode ?? 500) >= 500 && !neverConnected(error as SdkError);

/** Why each item of a transaction was refused. By name, because a client handed in by the user may come from another copy of the SDK. */
export const cancellationCodes = (error: unknown): readonly (string | undefined)[] | undefined =>
  error instanceof Error && error.name === 'TransactionCanceledException'
    ? (error as TransactionCanceledException).CancellationReasons?.map(({ Code }) => Code)
    : undefined;
