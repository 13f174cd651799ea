import { textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';

/**
 * EventBridge Pipes hand on the same record with the fields of `kinesis` beside the others.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export const kinesis: Source = {
  key: ({ eventSourceARN, eventID }) => ['kinesis', textOf(eventSourceARN), textOf(eventID)],
  delivery: ['invokeIdentityArn'],
  resending: [
    'eventID',
    'kinesis.sequenceNumber',
    'kinesis.approximateArrivalTimestamp',
    'sequenceNumber',
    'approximateArrivalTimestamp',
  ],
};
