import { activeMQ } from '../request/sources/active-mq.ts';
import { appSync } from '../request/sources/app-sync.ts';
import { cloudFormation } from '../request/sources/cloudformation.ts';
import { dynamoDBStream } from '../request/sources/dynamodb-stream.ts';
import { eventBridge } from '../request/sources/event-bridge.ts';
import { kafka } from '../request/sources/kafka.ts';
import { kinesis } from '../request/sources/kinesis.ts';
import { rabbitMQ } from '../request/sources/rabbit-mq.ts';
import { s3 } from '../request/sources/s3.ts';
import { ses } from '../request/sources/ses.ts';
import { sns } from '../request/sources/sns.ts';
import type { Source } from '../request/sources/source.ts';
import { sqs } from '../request/sources/sqs.ts';

interface Names {
  always: readonly string[];
  sometimes: readonly string[];
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

const names = (always: string, sometimes = ''): Names => ({ always: words(always), sometimes: words(sometimes) });

const ofBatch = 'eventSource eventSourceArn eventSourceKey';

/** What the events of a source have at the top, always, and sometimes. */
const eventFields = new Map<Source, Names>([
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
 * Whether something that looks like an event has all that its source writes, and nothing else. Otherwise it may be what a caller has sent,
 * who would hide others of its properties from the comparison by one of an event's.
 */
export const hasEventFields = (record: Readonly<Record<string, unknown>>, source: Source): boolean => {
  const { always, sometimes } = eventFields.get(source) ?? names('none');
  const own = Object.keys(record);
  return always.every((name) => own.includes(name)) && own.every((name) => [...always, ...sometimes].includes(name));
};
