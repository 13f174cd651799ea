import { type Fields, textOf } from '../../base/fields.ts';
import { idOf, type Source } from './source.ts';
import { without } from './without.ts';

/** Whether it is a record of a topic, which says by itself neither what sent it nor which cluster it is from. */
export const isKafkaRecord = (event: Fields): boolean =>
  textOf(event['topic']) !== undefined &&
  /^(CREATE|LOG_APPEND)_TIME$/.test(textOf(event['timestampType']) ?? '') &&
  [event['partition'], event['offset'], event['timestamp']].every((id) => idOf(id) !== undefined);

/**
 * A record is where it is in its topic. The timestamp tells it from the records of a topic that was deleted and made anew.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
 */
export const kafka: Source = {
  key: ({ eventSourceArn, bootstrapServers, topic, partition, offset, timestamp }) => [
    'kafka',
    textOf(eventSourceArn) ?? clusterOf(bootstrapServers),
    textOf(topic),
    idOf(partition),
    idOf(offset),
    idOf(timestamp),
  ],
  delivery: [],
  // The brokers of a cluster of AWS, which has a name besides, may change.
  inOneForm: (event) => {
    if (textOf(event['eventSourceArn'])) return without(event, ['bootstrapServers']);
    const isTold = textOf(event['bootstrapServers']) !== undefined;
    return isTold ? { ...event, bootstrapServers: clusterOf(event['bootstrapServers']) } : event;
  },
  resending: ['eventSourceKey', 'partition', 'offset', 'timestamp'],
};

/** Brokers are told in any order. A record that was handed on alone doesn't tell them. */
const clusterOf = (bootstrapServers: unknown): string =>
  textOf(bootstrapServers)?.split(',').sort().join() ?? 'any cluster';
