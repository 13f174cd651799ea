import {
  BatchProcessor,
  EventType,
  processPartialResponse,
  SqsFifoPartialProcessorAsync,
} from '@aws-lambda-powertools/batch';
import type {
  Context,
  DynamoDBRecord,
  DynamoDBStreamEvent,
  KinesisStreamEvent,
  KinesisStreamRecord,
  SQSEvent,
  SQSRecord,
} from 'aws-lambda';
import { currentOperation, makeIdempotent } from 'middy-idempotency';
import { cards } from './card-provider.ts';

const charge = makeIdempotent(
  async ({ body }: SQSRecord, _context: Context) => {
    const idempotencyKey = currentOperation().deriveKey('charge'); // the same on every attempt
    await cards.charge({ ...JSON.parse(body), idempotencyKey });
  },
  { name: 'charge' }, // without `key`: the message's id
);

const messages = new BatchProcessor(EventType.SQS);

export const queueHandler = (event: SQSEvent, context: Context) =>
  processPartialResponse(event, charge, messages, { context });

const orderedMessages = new SqsFifoPartialProcessorAsync(); // one after another, up to the first that fails

export const fifoHandler = (event: SQSEvent, context: Context) =>
  processPartialResponse(event, charge, orderedMessages, { context });

const chargeFromKinesis = makeIdempotent(
  async ({ kinesis }: KinesisStreamRecord, _context: Context) => {
    const idempotencyKey = currentOperation().deriveKey('charge');
    await cards.charge({ orderId: kinesis.sequenceNumber, amount: kinesis.data.length, idempotencyKey });
  },
  { name: 'charge-from-kinesis' },
);

const dataRecords = new BatchProcessor(EventType.KinesisDataStreams);

export const kinesisHandler = (event: KinesisStreamEvent, context: Context) =>
  processPartialResponse(event, chargeFromKinesis, dataRecords, { context, processInParallel: false });

const chargeFromTable = makeIdempotent(
  async ({ dynamodb, eventID = '' }: DynamoDBRecord, _context: Context) => {
    const idempotencyKey = currentOperation().deriveKey('charge');
    await cards.charge({ orderId: eventID, amount: dynamodb?.SizeBytes ?? 0, idempotencyKey });
  },
  { name: 'charge-from-table' },
);

const changes = new BatchProcessor(EventType.DynamoDBStreams);

export const tableHandler = (event: DynamoDBStreamEvent, context: Context) =>
  processPartialResponse(event, chargeFromTable, changes, { context });
