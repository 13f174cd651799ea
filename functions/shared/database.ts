import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The business tables' client; one per execution environment. */
export const database = DynamoDBDocumentClient.from(new DynamoDBClient());
