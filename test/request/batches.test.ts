import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, KinesisStreamEvent, KinesisStreamRecord, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  currentOperation,
  type MakeIdempotentOptions,
  makeIdempotent,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { barrier } from '../support/barrier.ts';
import { lambdaContext } from '../support/lambda.ts';
import { fixture } from './fixture.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** As if the invocation had so much time, and then were gone without another word. */
const endingIn = (remainingMs: number) => lambdaContext({ getRemainingTimeInMillis: () => remainingMs });
const forEver = () => new Promise<never>(() => undefined);

describe.concurrent('a stream’s batch that comes back right after its function timed out', () => {
  const charging = (options: Partial<MakeIdempotentOptions<unknown, [KinesisStreamRecord, Context], number>>) => {
    const attempts: number[] = [];
    const charge = async (_record: KinesisStreamRecord, _context: Context) => {
      const { attempt } = currentOperation();
      attempts.push(attempt);
      return attempt === 1 ? forEver() : attempt;
    };
    const once = makeIdempotent(charge, { name: 'charge', store: memoryStore(), ...options });
    const records = new BatchProcessor(EventType.KinesisDataStreams);
    const handler = (context: Context) =>
      processPartialResponse(fixture<KinesisStreamEvent>('kinesis'), once, records, {
        context,
        throwOnFullBatchFailure: false,
      });
    return { handler, attempts };
  };

  const timedOut = async (handler: (context: Context) => Promise<unknown>) => {
    void handler(endingIn(50));
    await new Promise((resolve) => setTimeout(resolve, 50));
  };

  it('is refused while the lease lasts, so spends a retry', async ({ expect }) => {
    const { handler, attempts } = charging({});
    await timedOut(handler);
    expect((await handler(lambdaContext())).batchItemFailures.length).toBeGreaterThan(0);
    expect(new Set(attempts)).toEqual(new Set([1]));
  });

  it('waits the lease out with `wait`, and is done at the first retry', async ({ expect }) => {
    const { handler, attempts } = charging({ wait: { upToMs: 2000 } });
    await timedOut(handler);
    expect(await handler(lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(new Set(attempts)).toEqual(new Set([1, 2]));
  });
});

describe('a batch of one message that another invocation is working on', () => {
  const start = (options: Partial<MakeIdempotentOptions<unknown, [SQSRecord, Context], string>> = {}) => {
    const { opened, open } = barrier();
    const charge = async (_record: SQSRecord, _context: Context) => opened.then(() => 'done');
    const once = makeIdempotent(charge, { name: 'charge', store: memoryStore(), ...options });
    const [record] = fixture<SQSEvent>('sqs').Records;
    if (!record) throw new Error('The sample has no record.');
    const elsewhere = once(record, lambdaContext());
    const again = (throwOnFullBatchFailure: boolean) =>
      processPartialResponse({ Records: [record] }, once, new BatchProcessor(EventType.SQS), {
        context: lambdaContext(),
        throwOnFullBatchFailure,
      });
    const finish = (): Promise<string> => {
      open();
      return elsewhere;
    };
    return { again, finish, record };
  };

  it('fails as a whole with Powertools, unless that is told not to throw', async () => {
    const { again, finish, record } = start();
    await expect(again(true)).rejects.toThrow('All records failed');
    expect(await again(false)).toEqual({ batchItemFailures: [{ itemIdentifier: record.messageId }] });
    await finish();
    expect(await again(true)).toEqual({ batchItemFailures: [] });
  });

  it('is done as soon as the other one is, with `wait`', async () => {
    const { again, finish } = start({ wait: { upToMs: 2000 } });
    const waiting = again(true);
    await finish();
    expect(await waiting).toEqual({ batchItemFailures: [] });
  });
});
