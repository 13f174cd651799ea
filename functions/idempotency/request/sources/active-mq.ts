import { type Fields, field, textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';

/** Whether it is a message of ActiveMQ, which says by itself neither what sent it nor which broker it is from. */
export const isActiveMQMessage = (event: Fields): boolean =>
  textOf(event['messageID']) !== undefined && textOf(event['messageType'])?.startsWith('jms/') === true;

/**
 * JMS makes message ids unique per provider. Lambda writes `physicalName`, EventBridge Pipes `physicalname`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
 */
export const activeMQ: Source = {
  key: ({ eventSourceArn, destination, messageID }) => [
    'mq',
    textOf(eventSourceArn) ?? 'any broker',
    textOf(field(destination, 'physicalName')) ?? textOf(field(destination, 'physicalname')),
    textOf(messageID),
  ],
  delivery: ['redelivered', 'brokerOutTime', 'properties.JMSXDeliveryCount'],
  resending: ['messageID', 'timestamp', 'brokerInTime'],
};
