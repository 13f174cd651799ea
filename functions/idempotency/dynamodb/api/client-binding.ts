import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { OptionRule } from '../../base/options.ts';
import type { DynamoDBApi } from './dynamodb-api.ts';

/** `DynamoDBClient` or `DynamoDBDocumentClient`. */
export type SdkClient = Pick<DynamoDBClient, 'send' | 'config'>;

/** Which clients an entry of the package takes, and which it opens by itself: kept apart, so that a bundle carries one only. */
export interface ClientBinding {
  rule: OptionRule;
  /** The calls of the given client, or those of the client that all middlewares of an execution environment share. */
  open(client: SdkClient | DynamoDBApi | undefined): DynamoDBApi;
}
