import type { Fields } from '../../base/fields.ts';
import { activeMQ } from './active-mq.ts';
import { appSync } from './app-sync.ts';
import { cloudFormation } from './cloudformation.ts';
import { dynamoDBStream } from './dynamodb-stream.ts';
import { eventBridge } from './event-bridge.ts';
import { kafka } from './kafka.ts';
import { kinesis } from './kinesis.ts';
import { rabbitMQ } from './rabbit-mq.ts';
import { s3 } from './s3.ts';
import { ses } from './ses.ts';
import { sns } from './sns.ts';
import type { Source } from './source.ts';
import { sqs } from './sqs.ts';

interface Names {
  always: readonly string[];
  sometimes: readonly string[];
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

const names = (always: string, sometimes = ''): Names => ({ always: words(always), sometimes: words(sometimes) });

const ofBatch = 'eventSource eventSourceArn eventSourceKey';

/** Whether a record is one of the source that it seems to be from, or may be something that has the form of one. */
export type IsGenuine = (record: Fields, source: Source) => boolean;

/** What the events of a source have at the top, always, and sometimes. */
const fieldsBySource = new Map<Source, Names>([
  [
    sqs,
    names(
      'messageId receiptHandle body attributes messageAttributes md5OfBody eventSource eventSourceARN awsRegion',
      'md5OfMessageAttributes',
    ),
  ],
  [sns, names('EventSource EventVersion EventSubscriptionArn Sns')],
  [eventBridge, names('version id detail-type source account time region resources detail', 'replay-name')],
  [
    kinesis,
    names(
      'eventSource eventVersion eventID eventName invokeIdentityArn awsRegion eventSourceARN',
      // Pipes have the fields of `kinesis` in its place.
      `kinesis kinesisSchemaVersion partitionKey sequenceNumber data encryptionType approximateArrivalTimestamp`,
    ),
  ],
  [
    dynamoDBStream,
    names('eventID eventName eventVersion eventSource awsRegion eventSourceARN dynamodb', 'userIdentity'),
  ],
  [
    kafka,
    names(
      'topic partition offset timestamp timestampType headers',
      `key value keySchemaMetadata valueSchemaMetadata bootstrapServers ${ofBatch}`,
    ),
  ],
  [
    activeMQ,
    names(
      'messageID messageType timestamp deliveryMode destination redelivered priority data brokerInTime brokerOutTime',
      `correlationID correlationId replyTo type expiration properties ${ofBatch}`,
    ),
  ],
  [rabbitMQ, names('basicProperties redelivered data', ofBatch)],
  [
    s3,
    names(
      'eventVersion eventSource awsRegion eventTime eventName userIdentity requestParameters responseElements s3',
      'glacierEventData restoreEventData replicationEventData intelligentTieringEventData lifecycleEventData',
    ),
  ],
  [ses, names('eventSource eventVersion ses')],
  [
    cloudFormation,
    names(
      'RequestType ServiceToken ResponseURL StackId RequestId LogicalResourceId ResourceType ResourceProperties',
      'ServiceTimeout PhysicalResourceId OldResourceProperties',
    ),
  ],
  [
    appSync,
    names('identity request', 'arguments source prev info stash typeName fieldName events result error outErrors'),
  ],
]);

/**
 * Whether something that looks like an event of a source has all that the source writes.
 *
 * @param alone whether it may have nothing else either, which AWS may have added: a caller who knows the form of an event would hide others of
 * his properties from the comparison by it
 */
export const hasEventFields = (record: Fields, source: Source, alone = false): boolean => {
  const fields = fieldsBySource.get(source);
  if (!fields) return false;
  const { always, sometimes } = fields;
  const own = Object.keys(record);
  return (
    always.every((name) => own.includes(name)) &&
    !(alone && own.some((name) => ![...always, ...sometimes].includes(name)))
  );
};
