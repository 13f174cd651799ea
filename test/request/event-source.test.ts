import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { sampleEvent, sampleRecord } from '../support/events.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

/** A value of a sample, to be replaced. */
interface Change {
  path: string;
  to: unknown;
}

/** The sample with some values replaced; a path is the names of nested fields, joined by dots. */
const changed = (sample: Record<string, unknown>, ...changes: Change[]): Record<string, unknown> => {
  for (const { path, to } of changes) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const parent = names.reduce((value, name) => value[name] as Record<string, unknown>, sample);
    parent[last] = to;
  }
  return sample;
};

const guarded = (options: IdempotencyKeyOptions = {}) => {
  let runs = 0;
  const handler = middy(async (_event: unknown, { idempotency }: IdempotentContext) => {
    runs += 1;
    return idempotency.key;
  }).use(idempotencyKey({ store: memoryStore(), ...options }));
  const call = (event: unknown) => handler(event, lambdaContext() as IdempotentContext);
  return { call, runs: () => runs };
};

const queue = 'arn:aws:sqs:us-east-2:123456789012:my-queue';

describe.each([
  {
    source: 'a message of a standard SQS queue',
    sample: () => sampleRecord('sqs'),
    key: ['sqs', queue, '059f36b4-87a3-44ab-83d2-661975830a7d'],
    redelivery: [
      { path: 'receiptHandle', to: 'another' },
      { path: 'attributes.ApproximateReceiveCount', to: '2' },
      { path: 'attributes.ApproximateFirstReceiveTimestamp', to: '1545082659999' },
    ],
    another: { path: 'messageId', to: '2e1424d4' },
    payload: { path: 'body', to: '{}' },
  },
  {
    source: 'a message of an SQS FIFO queue',
    sample: () => sampleRecord('sqs-fifo'),
    key: ['sqs', 'arn:aws:sqs:us-east-2:123456789012:fifo.fifo', '11d6ee51-4cc7-4302-9e22-7cd8afdaadf5'],
    redelivery: [
      { path: 'receiptHandle', to: 'another' },
      { path: 'attributes.ApproximateReceiveCount', to: '2' },
    ],
    another: { path: 'messageId', to: 'another' },
    payload: { path: 'body', to: '{}' },
  },
  {
    source: 'an SNS message',
    sample: () => sampleRecord('sns'),
    key: ['sns', 'arn:aws:sns:us-east-1:123456789012:sns-lambda', '95df01b4-ee98-5cb9-9903-4c221d41eb5e'],
    redelivery: [
      { path: 'Sns.Timestamp', to: '2019-01-02T12:46:00.000Z' },
      { path: 'Sns.Signature', to: 'another' },
    ],
    another: { path: 'Sns.MessageId', to: 'another' },
    payload: { path: 'Sns.Message', to: 'Bye from SNS!' },
  },
  {
    source: 'an EventBridge event',
    sample: () => sampleEvent('eventbridge'),
    key: ['eventbridge', 'aws.ec2', '6a7e8feb-b491-4cf7-a9f1-bf3703467718'],
    redelivery: [
      { path: 'time', to: '2017-12-22T18:44:00Z' },
      { path: 'replay-name', to: 'replayed from an archive' },
    ],
    another: { path: 'id', to: 'another' },
    payload: { path: 'detail.state', to: 'running' },
  },
  {
    source: 'a Kinesis record',
    sample: () => sampleRecord('kinesis'),
    key: [
      'kinesis',
      'arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream',
      'shardId-000000000006:49590338271490256608559692538361571095921575989136588898',
    ],
    redelivery: [{ path: 'kinesis.approximateArrivalTimestamp', to: 1545084651.5 }],
    another: { path: 'eventID', to: 'shardId-000000000006:1' },
    payload: { path: 'kinesis.data', to: 'Qnll' },
  },
  {
    source: 'a DynamoDB Streams record',
    sample: () => sampleRecord('dynamodb-stream'),
    key: ['dynamodb', 'arn:aws:dynamodb:us-east-2:123456789012:table/my-table/stream/2024-06-10T19:26:16.525', '1'],
    redelivery: [{ path: 'dynamodb.ApproximateCreationDateTime', to: 1479499741 }],
    another: { path: 'eventID', to: '2' },
    payload: { path: 'dynamodb.NewImage.Message.S', to: 'Other item!' },
  },
  {
    source: 'an S3 record',
    sample: () => sampleRecord('s3'),
    key: ['s3', 'amzn-s3-demo-bucket', 'b21b84d653bb07b05b1e6b33684dc11b', '0C0F6F405D6ED209E1', 'ObjectCreated:Put'],
    redelivery: [
      { path: 'eventTime', to: '2019-09-03T19:37:28.000Z' },
      { path: 'responseElements.x-amz-request-id', to: 'another' },
    ],
    another: { path: 's3.object.sequencer', to: '0C0F6F405D6ED209E2' },
    payload: { path: 's3.object.eTag', to: 'another' },
  },
  {
    source: 'an event with the context object of Step Functions',
    sample: () => sampleEvent('step-functions'),
    key: [
      'states',
      'arn:aws:states:us-east-1:123456789012:execution:stateMachineName:executionName',
      'h7XRiCdLtd/83p1E0dMccoxlzFhglsdkzpK9mBVKZsp7d9yrT1W',
    ],
    redelivery: [
      { path: 'State.RetryCount', to: 1 },
      { path: 'State.EnteredTime', to: '2019-03-26T20:14:14.000Z' },
    ],
    another: { path: 'Task.Token', to: 'another' },
    payload: { path: 'Execution.Input.orderId', to: 'o-2' },
  },
])('$source', ({ sample, key, redelivery, another, payload }) => {
  it('is named by its id, and runs once however often it is delivered', async () => {
    const { call, runs } = guarded();
    expect(JSON.parse(String(await call(sample())))).toEqual(key);
    expect(JSON.parse(String(await call(changed(sample(), ...redelivery))))).toEqual(key);
    expect(runs()).toBe(1);
  });

  it('runs as another operation under another id', async () => {
    const { call, runs } = guarded();
    await call(sample());
    await call(changed(sample(), another));
    expect(runs()).toBe(2);
  });

  it('is compared by its payload, under a key of your own too', async () => {
    for (const options of [{}, { key: () => 'k' }]) {
      const { call, runs } = guarded(options);
      await call(sample());
      await call(changed(sample(), ...redelivery));
      await expect(call(changed(sample(), payload))).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
      expect(runs()).toBe(1);
    }
  });
});

describe('an event', () => {
  it.each(['sns', 's3'] as const)('of one record is that record: %s', async (name) => {
    const { call, runs } = guarded();
    expect(await call(sampleEvent(name))).toBe(await call(sampleRecord(name)));
    expect(runs()).toBe(1);
  });

  it('of several records is refused with the cure', async () => {
    const { call, runs } = guarded();
    await expect(call(sampleEvent('sqs'))).rejects.toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringMatching(/3 records.*makeIdempotent.*option `key`/),
    });
    expect(runs()).toBe(0);
  });

  it('of several records, named by a key, is compared by their payloads', async () => {
    const { call, runs } = guarded({ key: () => 'batch' });
    await call(sampleEvent('sqs'));
    await call(changed(sampleEvent('sqs'), { path: 'Records.1.receiptHandle', to: 'another' }));
    expect(runs()).toBe(1);
    await expect(call(changed(sampleEvent('sqs'), { path: 'Records.1.body', to: '' }))).rejects.toMatchObject({
      code: 'PAYLOAD_MISMATCH',
    });
  });

  it.each([
    ['of no known source', { orderId: 'o-1' }],
    ['that is no object', 'event'],
    ['without records', { Records: [] }],
    ['of an unknown source', { Records: [{ eventSource: 'aws:codecommit', eventID: '1' }] }],
    ['of a source called like a member of Object', { Records: [{ eventSource: 'toString' }] }],
    ['of Step Functions without a task token', changed(sampleEvent('step-functions'), { path: 'Task', to: {} })],
    ['of S3 without a sequencer', changed(sampleRecord('s3'), { path: 's3.object.sequencer', to: undefined })],
    ['whose id is no text', changed(sampleRecord('sqs'), { path: 'messageId', to: { id: 1 } })],
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
    expect(await call({ ...httpApiEvent(), ...sampleEvent<object>('eventbridge'), version: '2.0' })).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('Idempotency-Key is missing'),
    });
  });
});

describe('a message of a FIFO queue', () => {
  it.each(['a'.repeat(64), 'order-1'])('is itself, whatever its deduplication id is: %s', async (id) => {
    const sent = { path: 'attributes.MessageDeduplicationId', to: id };
    const { call, runs } = guarded();
    await call(changed(sampleRecord('sqs-fifo'), sent));
    await call(changed(sampleRecord('sqs-fifo'), sent, { path: 'receiptHandle', to: 'another' }));
    expect(runs()).toBe(1);
    await call(changed(sampleRecord('sqs-fifo'), sent, { path: 'messageId', to: 'the same job, an hour later' }));
    expect(runs()).toBe(2);
  });
});
