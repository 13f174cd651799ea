import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connection, patienceMs } from './connection.ts';

export const sdkClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    ...connection,
    endpoint,
    requestHandler: { connectionTimeout: patienceMs, requestTimeout: patienceMs, throwOnRequestTimeout: true },
  });
