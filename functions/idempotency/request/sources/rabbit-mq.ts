import { type Fields, field, isObject, textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';

/** Whether it is a message of RabbitMQ, which says by itself neither what sent it nor which queue it is from. */
export const isRabbitMQMessage = (event: Fields): boolean =>
  isObject(event['basicProperties']) && typeof event['redelivered'] === 'boolean' && 'data' in event;

/**
 * RabbitMQ itself gives messages no id; the property `messageId` is the producer's, who is expected to make it unique.
 *
 * @see https://www.rabbitmq.com/docs/publishers#message-properties
 * @see https://www.rabbitmq.com/docs/dlx#effects
 */
export const rabbitMQ: Source = {
  key: ({ eventSourceArn, eventSourceKey, basicProperties }) => [
    'rmq',
    textOf(eventSourceArn) ?? 'any broker',
    textOf(eventSourceKey) ?? 'any queue',
    textOf(field(basicProperties, 'messageId')),
  ],
  delivery: [
    'redelivered',
    'basicProperties.messageId',
    'basicProperties.timestamp',
    // A dead-letter loop takes these two off.
    'basicProperties.expiration',
    'basicProperties.headers.CC',
    'basicProperties.headers.x-delivery-count',
    'basicProperties.headers.x-acquired-count',
    'basicProperties.headers.x-death',
    ...['first', 'last'].flatMap((which) =>
      ['queue', 'reason', 'exchange'].map((what) => `basicProperties.headers.x-${which}-death-${what}`),
    ),
  ],
  unnamed: 'RabbitMQ gives messages no id: have the producer set the property `messageId`.',
};
