import type { Fields } from '../../base/fields.ts';
import { activeMQ, isActiveMQMessage } from './active-mq.ts';
import { appSync, isAppSync } from './app-sync.ts';
import { cloudFormation, isCloudFormation } from './cloudformation.ts';
import { dynamoDBStream } from './dynamodb-stream.ts';
import { eventBridge } from './event-bridge.ts';
import { isKafkaRecord, kafka } from './kafka.ts';
import { kinesis } from './kinesis.ts';
import { isRabbitMQMessage, rabbitMQ } from './rabbit-mq.ts';
import { s3 } from './s3.ts';
import { ses } from './ses.ts';
import { sns } from './sns.ts';
import type { Source } from './source.ts';
import { sqs } from './sqs.ts';
import { isStepFunctions, stepFunctions } from './step-functions.ts';
import { isWebSocket, webSocket } from './web-socket.ts';

const byName = new Map<unknown, Source>([
  ['aws:sqs', sqs],
  ['aws:sns', sns],
  ['aws:kinesis', kinesis],
  ['aws:dynamodb', dynamoDBStream],
  ['aws:s3', s3],
  ['aws:ses', ses],
  ['aws:kafka', kafka],
  ['SelfManagedKafka', kafka],
  ['aws:SelfManagedKafka', kafka],
  ['aws:mq', activeMQ],
  ['aws:amq', activeMQ],
  ['aws:rmq', rabbitMQ],
]);

const byForm: readonly [is: (event: Fields) => boolean, source: Source][] = [
  [(event) => 'detail-type' in event, eventBridge],
  [isStepFunctions, stepFunctions],
  [isCloudFormation, cloudFormation],
  [isKafkaRecord, kafka],
  [isActiveMQMessage, activeMQ],
  [isRabbitMQMessage, rabbitMQ],
  [isWebSocket, webSocket],
  [isAppSync, appSync],
];

/** The source of a record, or of an event that is no batch. Records say it, unless they were taken out of their batch. */
export const sourceOf = (event: Fields): Source | undefined => {
  const name = event['eventSource'] ?? event['EventSource'];
  return name === undefined ? byForm.find(([is]) => is(event))?.[1] : byName.get(name);
};
