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

const names = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** All that the events of a source have at the top. */
const eventFields = new Map<Source, ReadonlySet<string>>([
  [
    sqs,
    names(`messageId receiptHandle body attributes messageAttributes md5OfBody md5OfMessageAttributes eventSource
      eventSourceARN awsRegion`),
  ],
  [sns, names('EventSource EventVersion EventSubscriptionArn Sns')],
  [eventBridge, names('version id detail-type source account time region resources detail replay-name')],
  [
    kinesis,
    names(`eventSource eventVersion eventID eventName invokeIdentityArn awsRegion eventSourceARN kinesis
      kinesisSchemaVersion partitionKey sequenceNumber data encryptionType approximateArrivalTimestamp`),
  ],
  [dynamoDBStream, names('eventID eventName eventVersion eventSource awsRegion eventSourceARN dynamodb userIdentity')],
  [
    kafka,
    names(`eventSource eventSourceArn bootstrapServers records eventSourceKey topic partition offset timestamp
      timestampType key value headers keySchemaMetadata valueSchemaMetadata`),
  ],
  [
    activeMQ,
    names(`eventSource eventSourceArn messages eventSourceKey messageID messageType timestamp deliveryMode
      correlationID replyTo destination redelivered type expiration priority data brokerInTime brokerOutTime
      properties`),
  ],
  [rabbitMQ, names('eventSource eventSourceArn rmqMessagesByQueue eventSourceKey basicProperties redelivered data')],
  [
    s3,
    names(`eventVersion eventSource awsRegion eventTime eventName userIdentity requestParameters responseElements s3
      glacierEventData restoreEventData replicationEventData intelligentTieringEventData lifecycleEventData`),
  ],
  [ses, names('eventSource eventVersion ses')],
  [
    cloudFormation,
    names(`RequestType ServiceToken ServiceTimeout ResponseURL StackId RequestId LogicalResourceId
      PhysicalResourceId ResourceType ResourceProperties OldResourceProperties`),
  ],
  [
    appSync,
    names('arguments identity source request prev info stash typeName fieldName events result error outErrors'),
  ],
]);

/**
 * Whether something that looks like an event has nothing but what its source writes. An argument that has anything else may be what a
 * caller has sent, who would hide by one property of an event others from the comparison.
 */
export const hasEventFields = (record: Readonly<Record<string, unknown>>, source: Source): boolean =>
  Object.keys(record).every((name) => eventFields.get(source)?.has(name));
