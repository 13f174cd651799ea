import { textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export const dynamoDBStream: Source = {
  key: ({ eventSourceARN, eventID }) => ['dynamodb', textOf(eventSourceARN), textOf(eventID)],
  delivery: [],
  resending: ['eventID', 'dynamodb.SequenceNumber', 'dynamodb.ApproximateCreationDateTime'],
};
