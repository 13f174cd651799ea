import { expect, it } from 'vitest';
import { type IdempotentContext, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { versions } from './shell.ts';

const cors = { origin: 'https://a.example' };
const operation = async (_event: unknown, _context: IdempotentContext) => ({ statusCode: 201, body: 'paid' });

const stacks = {
  before: ({ middy, cors: httpCors }: (typeof versions)['Middy 7']) =>
    middy(operation)
      .use(httpCors(cors))
      .use(idempotencyKey({ store: memoryStore() })),
  after: ({ middy, cors: httpCors }: (typeof versions)['Middy 7']) =>
    middy(operation)
      .use(idempotencyKey({ store: memoryStore() }))
      .use(httpCors(cors)),
};

const outcomes = async (build: (typeof stacks)[keyof typeof stacks], version: keyof typeof versions) => {
  const handler = build(versions[version]) as unknown as (
    event: unknown,
    context: unknown,
  ) => Promise<{ headers: object }>;
  const keyed = httpApiEvent({ headers: { 'idempotency-key': 'k' }, body: {} });
  const answers = [];
  for (const event of [keyed, keyed, httpApiEvent()]) answers.push(await handler(event, lambdaContext()));
  return answers.map(({ headers }) => 'Access-Control-Allow-Origin' in headers);
};

/** Why the shell stands outside: in one stack Middy skips the hooks of all others where one answers early. */
it.each(Object.keys(versions) as (keyof typeof versions)[])(
  'in one flat stack of %s CORS shapes no refusal, and no replay for who asks',
  async (version) => {
    const [first, replay, refusal] = await outcomes(stacks.before, version);
    expect({ first, replay, refusal }).toEqual({ first: true, replay: false, refusal: false });
    // Here the replay has the headers of the first caller's answer, whoever asks.
    expect(await outcomes(stacks.after, version)).toEqual([true, true, false]);
  },
);
