import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

let shared: DynamoDBDocumentClient | undefined;

/**
 * The client that all middlewares of an execution environment share, with the connection kept alive between invocations.
 *
 * The SDK by itself waits forever for an answer; a Lambda that waits so is killed with its outcome unknown.
 */
export const defaultClient = (): DynamoDBDocumentClient => {
  shared ??= documentClient(
    new DynamoDBClient({
      requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
    }),
  );
  return shared;
};

/** Wraps a plain client, so that people can pass either kind. */
export const documentClient = (client: DynamoDBClient | DynamoDBDocumentClient): DynamoDBDocumentClient =>
  client instanceof DynamoDBDocumentClient
    ? client
    : DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
