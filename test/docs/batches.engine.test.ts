import type { Context, DynamoDBStreamEvent, KinesisStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Charge } from '../../docs/examples/card-provider.ts';
import { barrier } from '../support/barrier.ts';
import { sampleEvent } from '../support/events.ts';
import { exampleDatabase } from '../support/examples.ts';
import { lambdaContext } from '../support/lambda.ts';

const database = exampleDatabase();

/** The charges that went through; `refuse` makes the provider decline an order, `hold` makes it slow. */
let charges: Charge[] = [];
let refuse: string | undefined;
let hold: Promise<unknown> | undefined;
let atOnce = 0;
let mostAtOnce = 0;

const charge = async (charge: Charge): Promise<void> => {
  atOnce += 1;
  mostAtOnce = Math.max(mostAtOnce, atOnce);
  await (hold ?? new Promise((resolve) => setTimeout(resolve, 5)));
  atOnce -= 1;
  if (charge.orderId === refuse) throw new Error('declined');
  charges.push(charge);
};

beforeEach(async () => {
  vi.stubEnv('IDEMPOTENCY_TABLE', await database.createTable());
  charges = [];
  refuse = undefined;
  hold = undefined;
  atOnce = 0;
  mostAtOnce = 0;
  vi.spyOn(console, 'error').mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

type Handler<Event> = (event: Event, context: Context) => Promise<SQSBatchResponse>;

/** Loads an example as a new execution environment would, with the provider of this test. */
const start = async <Example>(load: () => Promise<Example>, provider = charge): Promise<Example> => {
  vi.resetModules();
  const { cards } = await import('../../docs/examples/card-provider.ts');
  cards.charge = provider;
  return load();
};

const powertools = () => import('../../docs/examples/batch-powertools.ts');
const orders = () => charges.map(({ orderId }) => orderId);
const failures = (...ids: (string | undefined)[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

const queues: [string, () => Promise<Handler<SQSEvent>>][] = [
  ['Powertools', async () => (await powertools()).queueHandler],
  [
    'Middy',
    async () => {
      const { handler } = await import('../../docs/examples/batch-middy.ts');
      return handler as unknown as Handler<SQSEvent>;
    },
  ],
];

describe.each(queues)('a batch of SQS messages, with %s', (_tool, load) => {
  const [first, second] = sampleEvent<SQSEvent>('sqs').Records.map(({ messageId }) => messageId);

  it('does only what failed when the batch comes again', async () => {
    const handler = await start(load);
    refuse = 'o-2';
    expect(await handler(sampleEvent('sqs'), lambdaContext())).toEqual(failures(second));
    expect(orders().toSorted()).toEqual(['o-1', 'o-3']);
    refuse = undefined;
    expect(await handler(sampleEvent('sqs'), lambdaContext())).toEqual(failures());
    expect(orders().slice(2)).toEqual(['o-2']);
  });

  it('reports messages that another invocation is working on, so that they come back', async () => {
    const { opened, open } = barrier();
    hold = opened;
    const [one, two] = sampleEvent<SQSEvent>('sqs').Records;
    const elsewhere = (await start(load))(
      { Records: [one, two].filter((record) => record !== undefined) },
      lambdaContext(),
    );
    await expect.poll(() => atOnce).toBe(2);
    hold = undefined;
    const handler = await start(load);
    const { batchItemFailures } = await handler(sampleEvent('sqs'), lambdaContext());
    expect(new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))).toEqual(new Set([first, second]));
    expect(orders()).toEqual(['o-3']);
    open();
    expect(await elsewhere).toEqual(failures());
    expect(await handler(sampleEvent('sqs'), lambdaContext())).toEqual(failures());
    expect(orders().toSorted()).toEqual(['o-1', 'o-2', 'o-3']);
  });

  it('passes the same key on to the provider on every attempt, another one for each message', async () => {
    const seen: string[] = [];
    const handler = await start(load, async ({ idempotencyKey, orderId }) => {
      seen.push(idempotencyKey);
      if (orderId !== 'o-1') throw new Error('lost');
    });
    await handler(sampleEvent('sqs'), lambdaContext());
    await handler(sampleEvent('sqs'), lambdaContext());
    expect(seen).toHaveLength(5);
    expect(new Set(seen).size).toBe(3);
  });
});

describe('a batch, with Powertools', () => {
  it('of a FIFO queue stops at the first failure, and goes on from there', async () => {
    const { fifoHandler } = await start(powertools);
    const [, second, third] = sampleEvent<SQSEvent>('sqs-fifo').Records.map(({ messageId }) => messageId);
    refuse = 'o-2';
    expect(await fifoHandler(sampleEvent('sqs-fifo'), lambdaContext())).toEqual(failures(second, third));
    expect(orders()).toEqual(['o-1']);
    refuse = undefined;
    expect(await fifoHandler(sampleEvent('sqs-fifo'), lambdaContext())).toEqual(failures());
    expect(orders()).toEqual(['o-1', 'o-2', 'o-3']);
    expect(mostAtOnce).toBe(1);
  });

  it('of a Kinesis stream comes again from the first failure on, and repeats nothing that is done', async () => {
    const { kinesisHandler } = await start(powertools);
    const sample = () => sampleEvent<KinesisStreamEvent>('kinesis');
    const [first, second] = sample().Records.map(({ kinesis }) => kinesis.sequenceNumber);
    refuse = first;
    expect(await kinesisHandler(sample(), lambdaContext())).toEqual(failures(first));
    refuse = undefined;
    expect(await kinesisHandler(sample(), lambdaContext())).toEqual(failures());
    expect(orders()).toEqual([second, first]);
    expect(mostAtOnce).toBe(1);
  });

  it('of a DynamoDB stream likewise', async () => {
    const { tableHandler } = await start(powertools);
    const sample = () => sampleEvent<DynamoDBStreamEvent>('dynamodb-stream');
    refuse = '1';
    expect(await tableHandler(sample(), lambdaContext())).toEqual(failures('111'));
    refuse = undefined;
    expect(await tableHandler(sample(), lambdaContext())).toEqual(failures());
    expect(orders()).toEqual(['2', '1']);
  });

  it('that fails as a whole, because the table can’t be reached, comes back as a whole', async () => {
    vi.stubEnv('IDEMPOTENCY_TABLE', 'no-such-table');
    vi.spyOn(console, 'warn').mockReturnValue();
    const { queueHandler } = await start(powertools);
    await expect(queueHandler(sampleEvent('sqs'), lambdaContext())).rejects.toThrow('All records failed');
    expect(charges).toEqual([]);
  });
});
