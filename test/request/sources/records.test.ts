import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeIdempotent } from '../../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../../functions/idempotency/entries/testing.ts';
import { textOfArgument } from '../../../functions/idempotency/request/fingerprint.ts';
import { recordsOf } from '../../../functions/idempotency/request/sources/records-of.ts';
import { keyOfSource, payloadOfSource } from '../../../functions/idempotency/request/sources/source-event.ts';
import { changed, fixture, type Sample } from '../fixture.ts';

const fingerprint = (event: unknown): string => textOfArgument(event);
const fifoMessage = (changes = {}): Sample => changed(recordsOf(fixture('sqs-fifo'))?.[0] as Sample, changes);

describe('the records of a batch', () => {
  it.each([
    ['sqs', 3],
    ['kafka-msk', 1],
    ['kafka-self-managed', 2],
    ['active-mq', 1],
    ['rabbit-mq', 1],
    ['pipes-kinesis', 1],
    ['eventbridge', undefined],
    ['app-sync-oidc', undefined],
  ])('of %s are %s', (name, count) => {
    expect(recordsOf(fixture(name))?.length).toBe(count);
  });

  it('from Kafka are those that EventBridge Pipes would hand on', () => {
    expect(recordsOf(fixture('kafka-msk'))).toEqual(fixture('pipes-kafka'));
  });

  it('are compared one by one, whole', () => {
    const batch = (changes = {}) => fingerprint(changed(fixture('sqs'), changes));
    expect(batch({ 'Records/1/receiptHandle': 'another' })).toBe(batch());
    expect(batch({ 'Records/1/body': '' })).not.toBe(batch());
    expect(batch({ window: { start: '2020-07-30T17:00:00Z' } })).not.toBe(batch());
  });
});

describe('a record that was taken out of its batch', () => {
  it.each(['kafka-msk', 'active-mq'])('is known by its form: %s', (name) => {
    const { records, messages } = fixture(name);
    const [record] = Object.values({ ...((records ?? { messages }) as Sample) }).flat();
    expect(keyOfSource(record)?.slice(-1)).toEqual(keyOfSource(fixture(name))?.slice(-1));
  });

  it('is known by the name that EventBridge Pipes give to ActiveMQ, too', () => {
    const { messages, eventSourceArn } = fixture<{ messages: [Sample]; eventSourceArn: string }>('active-mq');
    const piped = { ...messages[0], eventSourceArn, eventSource: 'aws:amq' };
    expect(keyOfSource([piped])).toEqual(keyOfSource(fixture('active-mq')));
  });

  it('G321: of RabbitMQ is refused without its queue, since a fanout copies it to others, and taken with it', async () => {
    const { rmqMessagesByQueue } = fixture<{ rmqMessagesByQueue: Record<string, [Sample]> }>('rabbit-mq');
    const [[queue, [message]]] = Object.entries(rmqMessagesByQueue) as [[string, [Sample]]];
    const queues: string[] = [];
    const handleOne = makeIdempotent(
      async (of: Sample, ..._rest: unknown[]) => queues.push(String(of['eventSourceKey'])),
      { name: 'one', namespace: 'test', store: memoryStore(), leaseMs: 1000 },
    );
    for (const args of [[message], [message, queue]] as const) {
      await expect(handleOne(...(args as [Sample]))).rejects.toMatchObject({
        code: 'ILLEGAL_ARGUMENT',
        message: expect.stringMatching(
          /`messageId`.*`\{ \.\.\.message, eventSourceKey: queue, eventSourceArn: event\.eventSourceArn \}`.*`key`/,
        ),
      });
    }
    for (const eventSourceKey of [queue, 'ship::/', queue]) await handleOne({ ...message, eventSourceKey });
    expect(queues).toEqual([queue, 'ship::/']);
  });

  it('is not mistaken for what only looks like it', () => {
    expect(keyOfSource({ topic: 'orders', partition: 0, offset: 15, timestamp: 1 })).toBeUndefined();
    expect(keyOfSource({ messageID: '1', messageType: 'text' })).toBeUndefined();
    expect(payloadOfSource({ offset: 15, timestamp: 1 })).toEqual({ offset: 15, timestamp: 1 });
  });
});

describe('the brokers of a self-managed cluster', () => {
  it('may be told in any order', () => {
    const { records } = fixture<{ records: Record<string, Sample[]> }>('kafka-self-managed');
    const event = (bootstrapServers: string) => ({
      eventSource: 'SelfManagedKafka',
      bootstrapServers,
      records: { 'orders-0': records['orders-0']?.slice(0, 1) },
    });
    expect(keyOfSource(event('b-1:9092,b-2:9092'))).toEqual(keyOfSource(event('b-2:9092,b-1:9092')));
    expect(keyOfSource(event('b-1:9092'))).not.toEqual(keyOfSource(event('b-3:9092')));
  });
});

describe('a message of a FIFO queue', () => {
  const sha256 = createHash('sha256').update('{"orderId":"o-1","amount":100}').digest('hex');

  it.each([
    ['the producer’s', '1'],
    ['one that SQS made from the body', sha256],
    ['one that only looks so', 'a'.repeat(64)],
  ])('is itself, whatever its deduplication id is: %s', (_case, MessageDeduplicationId) => {
    const first = fifoMessage({ 'attributes/MessageDeduplicationId': MessageDeduplicationId });
    const hourLater = fifoMessage({
      messageId: 'another',
      'attributes/MessageDeduplicationId': MessageDeduplicationId,
      'attributes/SentTimestamp': '1573255110774',
    });
    expect(keyOfSource(hourLater)).not.toEqual(keyOfSource(first));
  });

  it('has the same content after it went to the dead-letter queue and back, for a key that its sender chose', () => {
    const redriven = fifoMessage({
      messageId: 'another',
      receiptHandle: 'another',
      'attributes/MessageDeduplicationId': '11d6ee51-4cc7-4302-9e22-7cd8afdaadf5',
      'attributes/SentTimestamp': '1573255110774',
      'attributes/SequenceNumber': '18849496460467699999',
      'attributes/SenderId': 'AROAEXAMPLE:redrive',
    });
    expect(fingerprint(redriven)).toBe(fingerprint(fifoMessage()));
  });

  it('from another queue has another content', () => {
    expect(fingerprint(fifoMessage({ eventSourceARN: 'another' }))).not.toBe(fingerprint(fifoMessage()));
  });
});
