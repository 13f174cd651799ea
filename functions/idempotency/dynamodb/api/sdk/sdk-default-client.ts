import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBApi } from '../dynamodb-api.ts';
import { sdkCalls } from './sdk-calls.ts';

let shared: DynamoDBApi | undefined;

/**
 * The one that all middlewares of an execution environment share, with its connections kept alive between invocations. The SDK by
 * itself waits forever for an answer; a Lambda that waits so is killed with its outcome unknown.
 */
export const defaultClient = (): DynamoDBApi => {
  if (shared) return shared;
  const client = new DynamoDBClient({
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
  });
  // Nobody has set a logger, yet it would copy each input and output for one.
  client.middlewareStack.remove('loggerMiddleware');
  shared = sdkCalls(client);
  return shared;
};
