import { asObject, type Fields, isObject } from '../base/fields.ts';

/** What an event, or one record of a batch, says of the operation that it asks for. */
export interface EventIdentity {
  /** The same for every delivery of one event, another one for every other event. */
  key: readonly unknown[];
  /** What the event is about, without what changes between two deliveries of it. */
  payload: unknown;
}

/**
 * Reads the identity that AWS gives to SQS, SNS, Kinesis, DynamoDB Streams and S3 records, EventBridge events, and events that
 * carry the context object of Step Functions. An event that holds exactly one such record is that record.
 */
export const identityOfEvent = (event: unknown): EventIdentity | undefined => {
  if (!isObject(event)) return undefined;
  const records = recordsOf(event);
  const [record, ...others] = records ?? [event];
  if (others.length > 0 || !isObject(record)) return undefined;
  const identity = identityOfRecord(record) ?? (records ? undefined : identityOfWholeEvent(record));
  return identity?.key.every((part) => typeof part === 'string' && part !== '') ? identity : undefined;
};

/** The records of a batch, whichever service sent it. */
export const recordsOf = (event: unknown): readonly unknown[] | undefined => {
  const records = asObject(event)['Records'];
  return Array.isArray(records) ? records : undefined;
};

const identityOfRecord = (record: Fields): EventIdentity | undefined => {
  const source = record['eventSource'] ?? record['EventSource'];
  return typeof source === 'string' && Object.hasOwn(recordReaders, source)
    ? recordReaders[source]?.(record)
    : undefined;
};

const identityOfWholeEvent = (event: Fields): EventIdentity | undefined =>
  'detail-type' in event ? fromEventBridge(event) : fromStepFunctions(event);

/**
 * A message of a FIFO queue is the same as another one when its producer says so. An id that SQS made from the body says only
 * that the bodies are equal, and so may those of two orders be: then, as in standard queues, it is the message's own id.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
const fromSqs = (record: Fields): EventIdentity => {
  const attributes = asObject(record['attributes']);
  const { eventSourceARN: queue, messageId } = record;
  const { MessageDeduplicationId: deduplicationId, MessageGroupId: group } = attributes;
  const chosenByProducer = typeof deduplicationId === 'string' && !/^[0-9a-f]{64}$/.test(deduplicationId);
  return {
    key: chosenByProducer ? ['sqs', queue, group, deduplicationId] : ['sqs', queue, messageId],
    payload: { body: record['body'], messageAttributes: record['messageAttributes'] },
  };
};

const fromSns = (record: Fields): EventIdentity => {
  const { TopicArn, MessageId, Subject, Message, MessageAttributes } = asObject(record['Sns']);
  return { key: ['sns', TopicArn, MessageId], payload: { Subject, Message, MessageAttributes } };
};

const fromKinesis = (record: Fields): EventIdentity => {
  const { partitionKey, data } = asObject(record['kinesis']);
  return { key: ['kinesis', record['eventSourceARN'], record['eventID']], payload: { partitionKey, data } };
};

const fromDynamoDBStream = (record: Fields): EventIdentity => {
  const { Keys, OldImage, NewImage } = asObject(record['dynamodb']);
  return {
    key: ['dynamodb', record['eventSourceARN'], record['eventID']],
    payload: { eventName: record['eventName'], Keys, OldImage, NewImage },
  };
};

const fromS3 = (record: Fields): EventIdentity => {
  const { bucket, object } = asObject(record['s3']);
  const { key, sequencer, size, eTag, versionId } = asObject(object);
  return {
    key: ['s3', asObject(bucket)['name'], key, sequencer, record['eventName']],
    payload: { size, eTag, versionId },
  };
};

const recordReaders: Readonly<Record<string, (record: Fields) => EventIdentity>> = {
  'aws:sqs': fromSqs,
  'aws:sns': fromSns,
  'aws:kinesis': fromKinesis,
  'aws:dynamodb': fromDynamoDBStream,
  'aws:s3': fromS3,
};

const fromEventBridge = (event: Fields): EventIdentity => {
  const { source, id, detail, resources, account, region } = event;
  return {
    key: ['eventbridge', source, id],
    payload: { detailType: event['detail-type'], detail, resources, account, region },
  };
};

/**
 * The task token tells apart what one execution asks for several times, as in a loop or a map.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
const fromStepFunctions = (event: Fields): EventIdentity => {
  const { Execution, State, StateMachine: _stateMachine, Task, Map: _map, ...input } = event;
  const { Id, Input } = asObject(Execution);
  return {
    key: ['states', Id, asObject(Task)['Token']],
    payload: { input, executionInput: Input, state: asObject(State)['Name'] },
  };
};
