import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { account } from './account.ts';

export function createClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: account.region, credentials: account.credentials });
}
