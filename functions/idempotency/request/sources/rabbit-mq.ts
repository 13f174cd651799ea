import { type Fields, field, isObject, textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';

/** Whether it is a message of RabbitMQ, which says by itself neither what sent it nor which queue it is from. */
export const isRabbitMQMessage = (event: Fields): boolean =>
  isObject(event['basicProperties']) && typeof event['redelivered'] === 'boolean' && 'data' in event;

/** What a dead-letter loop puts on. */
const deaths = ['first', 'last'].flatMap((which) =>
  ['queue', 'reason', 'exchange'].map((what) => `x-${which}-death-${what}`),
);

/**
 * RabbitMQ itself gives messages no id; the property `messageId` is the producer's, who is expected to make it unique. An exchange copies
 * a message to several queues with this property, so the queue is part of what names it.
 *
 * @see https://www.rabbitmq.com/docs/publishers#message-properties
 * @see https://www.rabbitmq.com/docs/dlx#effects
 */
export const rabbitMQ: Source = {
  key: ({ eventSourceArn, eventSourceKey, basicProperties }) => [
    'rmq',
    textOf(eventSourceArn) ?? 'any broker',
    textOf(eventSourceKey),
    textOf(field(basicProperties, 'messageId')),
  ],
  delivery: [
    'redelivered',
    ...[
      // A dead-letter loop takes this off, and the header CC.
      'expiration',
      ...['CC', 'x-delivery-count', 'x-acquired-count', 'x-death', ...deaths].map((header) => `headers.${header}`),
    ].map((property) => `basicProperties.${property}`),
  ],
  resending: ['basicProperties.messageId', 'basicProperties.timestamp'],
  unnamed:
    'RabbitMQ gives messages no id, and one by itself does not name its queue: have the producer set `messageId`, and pass ' +
    '`{ ...message, eventSourceKey: queue, eventSourceArn: event.eventSourceArn }`, or name it yourself.',
};
