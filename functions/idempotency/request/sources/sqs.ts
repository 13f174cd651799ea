import { field, textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';
import { without } from './without.ts';

/**
 * A message is its message id, in FIFO queues too. SQS drops a second send of one deduplication id for five minutes: two messages
 * with the same id are further apart, and then a new message to SQS, as its producer may have meant it; merged, its work would
 * be lost. Within the five minutes there is only one message, so leaving the deduplication id out of the key costs nothing.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
 */
export const sqs: Source = {
  key: ({ eventSourceARN, messageId }) => ['sqs', textOf(eventSourceARN), textOf(messageId)],
  hasBody: true,
  delivery: ['receiptHandle', 'attributes.ApproximateReceiveCount', 'attributes.ApproximateFirstReceiveTimestamp'],
  resending: [
    'messageId',
    // The body counts by what it says.
    'md5OfBody',
    'attributes.SentTimestamp',
    'attributes.SenderId',
    'attributes.SequenceNumber',
    'attributes.MessageDeduplicationId',
    'attributes.AWSTraceHeader',
  ],
  // What has come back from a dead-letter queue says the queue that it is in; in the dead-letter queue of several, it tells these apart.
  inOneForm: (event) =>
    field(event['attributes'], deadLetterSource) === event['eventSourceARN']
      ? without(event, [`attributes.${deadLetterSource}`])
      : event,
};

const deadLetterSource = 'DeadLetterQueueSourceArn';
