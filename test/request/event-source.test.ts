import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { changed, fixture, partOf, type Sample } from './fixture.ts';
import { behindKey, wrapped } from './front-door.ts';
import { deliveries } from './sources/deliveries.ts';

const guarded = (options: IdempotencyKeyOptions = {}) => {
  let runs = 0;
  const handler = middy(async (_event: unknown, { idempotency }: IdempotentContext) => {
    runs += 1;
    return idempotency.key;
  }).use(idempotencyKey({ store: memoryStore(), ...options }));
  const call = (event: unknown) => handler(event, lambdaContext() as IdempotentContext);
  return { call, runs: () => runs };
};

const named = deliveries.filter(({ key }) => key !== undefined);

describe.each(named)('an event of $name', ({ name, record, key, redelivered, another = {}, content }) => {
  const event = (changes = {}) => changed(partOf(fixture(name), record), changes);

  it('is named by its id', async () => {
    const { call } = guarded();
    expect(JSON.parse(String(await call(event())))).toEqual(key);
  });

  it.each([
    ['idempotencyKey', behindKey],
    ['makeIdempotent', wrapped],
  ])('G84: runs once however often it is delivered, with %s', async (_door, open) => {
    const { call, runs } = open();
    expect(await call(event())).toEqual({ run: 1 });
    expect(await call(event(redelivered))).toEqual({ run: 1 });
    expect(runs()).toBe(1);
  });

  it.each([
    ['idempotencyKey', behindKey],
    ['makeIdempotent', wrapped],
  ])('G85: is another operation than the next one, with %s', async (_door, open) => {
    const { call } = open();
    expect(await call(event())).toEqual({ run: 1 });
    expect(await call(event(another))).toEqual({ run: 2 });
  });

  it('is compared by its payload', async () => {
    const { call } = behindKey();
    await call(event());
    expect(await call(event({ ...redelivered, ...content }))).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });
});

describe.each(deliveries)('an event of $name, under a key of your own', ({ name, record, redelivered, content }) => {
  const event = (changes = {}) => changed(partOf(fixture(name), record), changes);

  it('G84: runs once however often it is delivered', async () => {
    const { call } = behindKey({ key: () => 'k-1' });
    expect(await call(event())).toEqual({ run: 1 });
    expect(await call(event(redelivered))).toEqual({ run: 1 });
    expect(await call(event(content))).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });
});

const message = (changes: Readonly<Record<string, unknown>> = {}, name = 'sqs'): Sample =>
  changed(partOf(fixture(name), 'Records/0'), changes);

describe('an event', () => {
  it.each(['sns', 's3'])('of one record is that record: %s', async (name) => {
    const { call, runs } = guarded();
    expect(await call(fixture(name))).toBe(await call(partOf(fixture(name), 'Records/0')));
    expect(runs()).toBe(1);
  });

  it('of several records is refused with the cure', async () => {
    const { call, runs } = guarded();
    await expect(call(fixture('sqs'))).rejects.toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringMatching(/3 records.*makeIdempotent.*option `key`/),
    });
    expect(runs()).toBe(0);
  });

  it('of several records, named by a key, is compared by their payloads', async () => {
    const { call, runs } = guarded({ key: () => 'batch' });
    await call(fixture('sqs'));
    await call(changed(fixture('sqs'), { 'Records/1/receiptHandle': 'another' }));
    expect(runs()).toBe(1);
    await expect(call(changed(fixture('sqs'), { 'Records/1/body': '' }))).rejects.toMatchObject({
      code: 'PAYLOAD_MISMATCH',
    });
  });

  it.each([
    ['of no known source', { orderId: 'o-1' }],
    ['that is no object', 'event'],
    ['without records', { Records: [] }],
    ['of an unknown source', { Records: [{ eventSource: 'aws:codecommit', eventID: '1' }] }],
    ['of a source called like a member of Object', { Records: [{ eventSource: 'toString' }] }],
    ['of Step Functions without a task token', changed(fixture('step-functions'), { Task: {} })],
    ['of S3 without a sequencer', changed(message({}, 's3'), { 's3/object/sequencer': undefined })],
    ['whose id is no text', message({ messageId: { id: 1 } })],
  ])('%s must be given a key, and says how', async (_case, event) => {
    const { call, runs } = guarded();
    await expect(call(event)).rejects.toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      title: 'Key is missing',
      message: expect.stringContaining('Pass the option `key`'),
    });
    expect(runs()).toBe(0);
  });

  it('of HTTP is never named by another source’s fields', async () => {
    const { call } = guarded();
    expect(await call({ ...httpApiEvent(), ...fixture<object>('eventbridge'), version: '2.0' })).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('Idempotency-Key is missing'),
    });
  });
});

describe('a message of a FIFO queue', () => {
  it.each(['a'.repeat(64), 'order-1'])('G85: is itself, whatever its deduplication id is: %s', async (id) => {
    const sent = { 'attributes/MessageDeduplicationId': id };
    const { call } = behindKey();
    expect(await call(message(sent, 'sqs-fifo'))).toEqual({ run: 1 });
    expect(await call(message({ ...sent, receiptHandle: 'another' }, 'sqs-fifo'))).toEqual({ run: 1 });
    expect(await call(message({ ...sent, messageId: 'the same job, an hour later' }, 'sqs-fifo'))).toEqual({ run: 2 });
  });

  it('is named by its deduplication id, if its producer means one job by that for ever', async () => {
    const { call } = behindKey({ key: ({ attributes }) => attributes.MessageDeduplicationId });
    await call(message({}, 'sqs-fifo'));
    const hourLater = { messageId: 'another', 'attributes/SentTimestamp': '1573255110774' };
    expect(await call(message(hourLater, 'sqs-fifo'))).toEqual({ run: 1 });
  });
});

describe('a state’s own retry', () => {
  const retried = () => changed(fixture('step-functions'), { 'Task/Token': 'another', 'State/RetryCount': 1 });

  it('runs again, since it has a task token of its own, unless a key names execution and state', async () => {
    const byToken = behindKey();
    await byToken.call(fixture('step-functions'));
    expect(await byToken.call(retried())).toEqual({ run: 2 });

    const byState = behindKey({ key: ({ Execution, State }) => [Execution.Id, State.Name] });
    await byState.call(fixture('step-functions'));
    expect(await byState.call(retried())).toEqual({ run: 1 });
  });
});

describe('the same work in two messages', () => {
  const order = ({ body }: { body: string }) => JSON.parse(body).orderId;
  const redriven = {
    messageId: 'another',
    receiptHandle: 'another',
    'attributes/SentTimestamp': '1573255110774',
    'attributes/DeadLetterQueueSourceArn': message()['eventSourceARN'],
  };

  it('runs again when it comes back from a dead-letter queue, unless a key says what it is about', async () => {
    const byMessage = behindKey();
    await byMessage.call(message());
    expect(await byMessage.call(message(redriven))).toEqual({ run: 2 });

    const byOrder = behindKey({ key: order });
    await byOrder.call(message());
    expect(await byOrder.call(message(redriven))).toEqual({ run: 1 });
  });

  it('runs once for the queue and for a consumer of its dead-letter queue, with one namespace and the body compared', async () => {
    const options = { namespace: 'orders', key: order, fingerprint: ({ body }: { body: string }) => body };
    const { call } = behindKey(options);
    await call(message());
    const dead = message({ ...redriven, eventSourceARN: 'arn:aws:sqs:us-east-2:123456789012:dead' });
    expect(await call(dead, 'clean-up')).toEqual({ run: 1 });

    const { call: callWrapped } = wrapped({ ...options, name: 'charge' });
    await callWrapped(message());
    expect(await callWrapped(dead, 'clean-up')).toEqual({ run: 1 });
  });

  it('is another payload in a dead-letter queue of several queues, when it comes from another one', async () => {
    const eventSourceARN = 'arn:aws:sqs:us-east-2:123456789012:dead';
    const from = (queue: string) => message({ eventSourceARN, 'attributes/DeadLetterQueueSourceArn': queue });
    const { call } = behindKey({ key: order });
    expect(await call(from('refunds'))).toEqual({ run: 1 });
    expect(await call(from('refunds'))).toEqual({ run: 1 });
    expect(await call(from('parcels'))).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });

  it('runs once for two queues of one topic, with the inner message compared', async () => {
    const inner = ({ body }: { body: string }) => JSON.parse(JSON.parse(body).Message);
    const delivered = (queue: string) =>
      message({
        messageId: queue,
        eventSourceARN: `arn:aws:sqs:us-east-2:123456789012:${queue}`,
        body: JSON.stringify({
          MessageId: 'm',
          Message: '{"orderId":"o-1"}',
          UnsubscribeURL: `https://example.com/${queue}`,
        }),
      });
    const { call } = behindKey({ namespace: 'orders', key: (record) => inner(record).orderId, fingerprint: inner });
    await call(delivered('one'));
    expect(await call(delivered('two'))).toEqual({ run: 1 });
  });
});

describe('a state of Step Functions by execution, state and the time at which it was entered', () => {
  const key = ({ Execution, State }: { Execution: { Id: string }; State: { Name: string; EnteredTime: string } }) => [
    Execution.Id,
    State.Name,
    State.EnteredTime,
  ];
  const state = (changes = {}) => changed(fixture('step-functions'), changes);

  it('runs once for all tries of one entry, and again when it is entered again', async () => {
    const { call } = behindKey({ key });
    expect(await call(state())).toEqual({ run: 1 });
    expect(await call(state({ 'Task/Token': 'second', 'State/RetryCount': 1 }))).toEqual({ run: 1 });
    const again = { 'Task/Token': 'third', 'State/EnteredTime': '2026-01-09T00:00:00.000Z' };
    expect(await call(state(again))).toEqual({ run: 2 });
  });
});

it('a record of another self-managed Kafka is another payload under a key of your own; one of brokers in another order is not', async () => {
  const record = { 'records/orders-0': [partOf(fixture('kafka-self-managed'), 'records/orders-0/0')] };
  const from = (bootstrapServers: string) => changed(fixture('kafka-self-managed'), { ...record, bootstrapServers });
  const { call } = behindKey({ key: () => 'k' });
  expect(await call(from('a:9092,b:9092'))).toEqual({ run: 1 });
  expect(await call(from('b:9092,a:9092'))).toEqual({ run: 1 });
  expect(await call(from('c:9092,d:9092'))).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
});
