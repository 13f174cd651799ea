import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { currentOperation, makeIdempotent } from 'middy-idempotency';
import { cards } from './card-provider.ts';

const charge = makeIdempotent(
  async ({ body }: SQSRecord, _context: Context) => {
    const idempotencyKey = currentOperation().deriveKey('charge'); // the same on every attempt
    await cards.charge({ ...JSON.parse(body), idempotencyKey });
  },
  { name: 'charge' }, // without `key`: the message's id
);

export const handler = middy(({ Records }: SQSEvent, context: Context) =>
  Promise.allSettled(Records.map((record) => charge(record, context))),
).use(sqsPartialBatchFailure());
