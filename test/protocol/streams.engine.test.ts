import { Readable } from 'node:stream';
import middy from '@middy/core';
import { executionModeStreamifyResponse } from '@middy/core/StreamifyResponse';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  dynamoDBStore,
  fromHeader,
  type IdempotencyEvent,
  idempotencyKey,
  issueToken,
  makeIdempotent,
  singleUseToken,
  uniqueIndex,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { changed, type Sample } from '../request/fixture.ts';
import { anyEngine, openDatabase } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { type StreamedAnswer, stubStreamingRuntime } from '../support/streaming.ts';

beforeAll(stubStreamingRuntime);
afterAll(() => {
  vi.unstubAllGlobals();
});

const database = openDatabase(anyEngine());
const event = httpApiEvent({ headers: { 'idempotency-key': 'k-1' } });
const inTwoParts = () => Readable.from(['done ', 'once']);

const options = () => {
  const events: IdempotencyEvent[] = [];
  return {
    store: memoryStore(),
    onEvent: (event: IdempotencyEvent) => events.push(event),
    unavailable: () => events.filter(({ type }) => type === 'result-unavailable').map(({ reason }) => reason),
  };
};

/** A handler in Middy's streaming mode under a middleware, that counts its runs. */
const streaming = (respond: () => unknown, middleware: object) => {
  let runs = 0;
  const handler = middy(
    async () => {
      runs += 1;
      return respond();
    },
    { executionMode: executionModeStreamifyResponse },
  ).use(middleware as middy.MiddlewareObj);
  const call = (event: unknown) =>
    (handler as unknown as (event: unknown, context: unknown) => Promise<StreamedAnswer>)(event, lambdaContext());
  return { call, runs: () => runs };
};

const refused = { statusCode: 409, body: expect.stringContaining('it is a stream') };

describe('a streamed response', () => {
  it.each([
    ['a stream of Node', () => inTwoParts()],
    ['the body, as a stream of Node', () => ({ statusCode: 201, body: inTwoParts() })],
    ['the body, as a stream of the web', () => ({ statusCode: 201, body: Readable.toWeb(inTwoParts()) })],
  ])('reaches its caller; a repeat runs nothing and is told why it gets nothing: %s', async (_case, respond) => {
    const { store, onEvent, unavailable } = options();
    const { call, runs } = streaming(respond, idempotencyKey({ tellRetention: false, store, onEvent }));
    expect(await call(event)).toMatchObject({ body: 'done once' });
    expect(await call(event)).toMatchObject(refused);
    expect(runs()).toBe(1);
    expect(unavailable()).toEqual(['a stream']);
  });

  it('whose body is text is replayed like any other', async () => {
    const { store } = options();
    const { call, runs } = streaming(
      () => ({ statusCode: 201, body: 'done' }),
      idempotencyKey({ tellRetention: false, store }),
    );
    expect(await call(event)).toEqual({ statusCode: 201, body: 'done' });
    expect(await call(event)).toEqual({ statusCode: 201, headers: { 'idempotent-replayed': 'true' }, body: 'done' });
    expect(runs()).toBe(1);
  });

  it.each<[string, string | undefined]>([
    ['text', '<p>done</p>'],
    ['nothing', undefined],
  ])('G44: of a function URL that is %s without a status goes over the wire again as it did', async (_what, result) => {
    const { store } = options();
    const { call, runs } = streaming(() => result, idempotencyKey({ tellRetention: false, store }));
    const toUrl = changed(event as Sample, { 'requestContext/domainName': 'abc.lambda-url.us-west-2.on.aws' });
    const first = await call(toUrl);
    expect(first).toEqual({ body: result ?? '' });
    expect(await call(toUrl)).toEqual(first);
    expect(runs()).toBe(1);
  });

  it('that failed before it started frees the key', async () => {
    const { store } = options();
    const { call, runs } = streaming(
      () => ({ statusCode: 500, body: inTwoParts() }),
      idempotencyKey({ tellRetention: false, store }),
    );
    await call(event);
    await call(event);
    expect(runs()).toBe(2);
  });

  it('uses up a token that retains the result', async () => {
    const { store, onEvent, unavailable } = options();
    const token = await issueToken(store, { scope: 'anonymous' });
    const { call, runs } = streaming(
      inTwoParts,
      singleUseToken({ store, onEvent, retainResult: true, tellRetention: false }),
    );
    expect(await call(httpApiEvent({ headers: { token } }))).toEqual({ body: 'done once' });
    expect(await call(httpApiEvent({ headers: { token } }))).toMatchObject(refused);
    expect(runs()).toBe(1);
    expect(unavailable()).toEqual(['a stream']);
  });

  it('is committed with its writes', async () => {
    const { onEvent, unavailable } = options();
    const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client });
    const { call } = streaming(inTwoParts, uniqueIndex({ store, onEvent, key: fromHeader('Idempotency-Key') }));
    expect(await call(event)).toEqual({ body: 'done once' });
    expect(await call(event)).toMatchObject(refused);
    expect(unavailable()).toEqual(['a stream', 'a stream']);
  });
});

it('a wrapped function that returns a generator is not run again', async () => {
  const { store, onEvent } = options();
  let runs = 0;
  const list = makeIdempotent(
    async () => {
      runs += 1;
      return Readable.from(['a', 'b'])[Symbol.asyncIterator]();
    },
    { name: 'list', namespace: 'test', key: () => 'k', store, onEvent },
  );
  expect(await (await list()).next()).toEqual({ done: false, value: 'a' });
  await expect(list()).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE' });
  expect(runs).toBe(1);
});
