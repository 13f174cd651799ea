import { inspect } from 'node:util';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { memoryCache } from '../../functions/idempotency/entries/cache.ts';
import {
  type AnswerDetails,
  type HttpResponse,
  type IdempotencyError,
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  type IdempotencyRecord,
  idempotencyKey,
  issueToken,
  makeIdempotent,
  type OnAnswer,
  recordId,
  singleUseToken,
  type UniqueIndexOptions,
  uniqueIndex,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { manualClock } from '../support/clock.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const keyed = (body: object = {}) =>
  httpApiEvent({ headers: { 'idempotency-key': 'k-1', origin: 'https://shop.example' }, body });
const created = { statusCode: 201, headers: { etag: 'x' }, multiValueHeaders: { 'x-all': ['1'] }, body: 'made' };

/** A flat stack: nothing is around the middleware. */
const flat = (onAnswer: OnAnswer, options: IdempotencyKeyOptions = {}) => {
  const events: IdempotencyEvent[] = [];
  const store = memoryStore();
  const handler = middy(async () => created).use(
    idempotencyKey({
      tellRetention: false,
      store,
      onAnswer,
      onEvent: (event) => events.push(event),
      ...options,
    }) as middy.MiddlewareObj,
  );
  const call = (event: unknown, context = lambdaContext()) => handler(event, context) as Promise<HttpResponse>;
  return { call, events };
};

const allowOrigin: OnAnswer = (answer, { event }) => ({
  ...answer,
  headers: { ...answer.headers, 'access-control-allow-origin': event.headers.origin },
});

const failures: [string, OnAnswer][] = [
  ...[5, 'x', [], new Map(), {}, { statusCode: undefined }, { statusCode: '5oo' }, () => 1, false].map(
    (given): [string, OnAnswer] => [`gives ${inspect(given)}`, () => given as never],
  ),
  [
    'takes the status away',
    (answer) => {
      Object.assign(answer, { statusCode: undefined });
    },
  ],
  [
    'throws what is no error',
    () => {
      throw 'shaping failed';
    },
  ],
  [
    'throws',
    () => {
      throw new Error('shaping failed');
    },
  ],
  [
    'rejects, after it has changed the answer',
    async ({ headers, multiValueHeaders }) => {
      Object.assign(headers ?? {}, { 'x-half': '1' });
      multiValueHeaders?.['x-all']?.push('2');
      throw new Error('shaping failed');
    },
  ],
];

describe('onAnswer', () => {
  it('G165: shapes replays and refusals, each for its own request, and not the handler’s own answers', async () => {
    const { call } = flat(allowOrigin);
    expect(await call(keyed())).toEqual(created);
    const headers = { ...created.headers, 'idempotent-replayed': 'true' };
    for (const origin of ['https://a.example', 'https://b.example']) {
      const event = keyed();
      Object.assign(event.headers, { origin });
      expect(await call(event)).toEqual({ ...created, headers: { ...headers, 'access-control-allow-origin': origin } });
    }
    expect(await call(keyed({ other: 1 }))).toMatchObject({
      statusCode: 422,
      headers: { 'access-control-allow-origin': 'https://shop.example', 'content-type': 'application/problem+json' },
    });
    expect(await call(httpApiEvent({ headers: { origin: 'o' } }))).toMatchObject({
      statusCode: 400,
      headers: { 'access-control-allow-origin': 'o' },
    });
  });

  it('G165: is told what the answer is, from which record, and why', async () => {
    const told: AnswerDetails[] = [];
    const { now } = manualClock();
    const { call } = flat((_answer, details) => void told.push(details), { now });
    const first = lambdaContext();
    await call(keyed(), first);
    const [replayed, refused] = [keyed(), keyed({ other: 1 })];
    const context = lambdaContext();
    await call(replayed, context);
    await call(refused);
    const id = await recordId({ event: keyed(), context });
    expect(told).toHaveLength(2);
    expect(told[0]).toMatchObject({
      replayed: true,
      record: {
        id,
        claimedAtMs: now(),
        requestId: first.awsRequestId,
        expiresAtSeconds: now() / 1000 + 86_400,
      },
      error: undefined,
    });
    expect([told[0]?.event, told[0]?.context]).toEqual([replayed, context]);
    expect(told[0]?.event).toBe(replayed);
    expect(told[1]).toMatchObject({
      replayed: false,
      record: undefined,
      error: { code: 'PAYLOAD_MISMATCH', recordId: id, retryable: false },
    });
    expectTypeOf<AnswerDetails['context']>().toEqualTypeOf<Context>();
    expectTypeOf<AnswerDetails['record']>().toEqualTypeOf<IdempotencyRecord | undefined>();
    expectTypeOf<AnswerDetails['error']>().toEqualTypeOf<IdempotencyError | undefined>();
    expectTypeOf<Parameters<OnAnswer>[0]>().toEqualTypeOf<HttpResponse>();
  });

  it('G165: may be asynchronous, and change the answer in place', async () => {
    const { call } = flat(async (answer) => {
      await new Promise(setImmediate);
      answer.headers = { ...answer.headers, 'x-shaped': '1' };
    });
    await call(keyed());
    for (const _ of [1, 2]) {
      expect(await call(keyed())).toMatchObject({ statusCode: 201, headers: { 'x-shaped': '1' } });
    }
  });

  it.each(failures)('G165: that %s leaves the answer as it was, and an event tells', async (_name, onAnswer) => {
    const { call, events } = flat(onAnswer);
    await call(keyed());
    expect(await call(keyed())).toEqual({ ...created, headers: { etag: 'x', 'idempotent-replayed': 'true' } });
    expect(await call(keyed({ other: 1 }))).toMatchObject({ statusCode: 422, body: expect.stringContaining('"code"') });
    const failed = events.filter(({ type }) => type === 'callback-failed');
    const id = await recordId({ event: keyed(), context: lambdaContext() });
    expect(failed).toHaveLength(2);
    for (const event of failed) expect(event).toMatchObject({ callback: 'onAnswer', id, error: expect.anything() });
  });

  it('is not asked where the event is no HTTP request', async () => {
    const asked: unknown[] = [];
    const { call } = flat((answer) => void asked.push(answer), { key: () => 'k' });
    for (const _ of [1, 2]) expect(await call({ plain: true })).toEqual(created);
    await expect(call({ plain: false })).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
    expect(asked).toEqual([]);
  });

  it.each([false, true])('G165: shapes the refusals of singleUseToken (retainResult %s)', async (retainResult) => {
    const store = memoryStore();
    const options = {
      store,
      retainResult,
      ...(retainResult && { tellRetention: false }),
      onAnswer: allowOrigin,
    } as Parameters<typeof singleUseToken>[0];
    const handler = middy(async () => created).use(singleUseToken(options) as middy.MiddlewareObj);
    const token = await issueToken(store, { scope: 'anonymous' });
    const call = () =>
      handler(httpApiEvent({ headers: { token, origin: 'o' } }), lambdaContext()) as Promise<HttpResponse>;
    expect(await call()).toEqual(created);
    expect(await call()).toMatchObject({
      statusCode: retainResult ? 201 : 409,
      headers: { 'access-control-allow-origin': 'o' },
    });
  });

  it('must be a function, and is no option of a wrapped function, which throws its refusals', () => {
    const wrong = { onAnswer: 'x' } as unknown as IdempotencyKeyOptions;
    expect(() => idempotencyKey({ tellRetention: false, store: memoryStore(), ...wrong })).toThrow(
      'option `onAnswer` must be a function',
    );
    expect(() => singleUseToken({ store: memoryStore(), ...wrong } as never)).toThrow('`onAnswer` must be a function');
    expect(() => uniqueIndex(wrong as UniqueIndexOptions)).toThrow('`onAnswer` must be a function');
    const wrapped = { name: 'n', store: memoryStore(), onAnswer: allowOrigin };
    expect(() => makeIdempotent(() => 1, wrapped)).toThrow('unknown option `onAnswer`');
  });
});

it('G45: what onAnswer changes in a record that a cache holds reaches no later repeat', async () => {
  const { call } = flat(
    (_answer, { record }) => {
      if (!record) return undefined;
      delete record.result;
      record.fingerprint = 'another';
      return undefined;
    },
    { cache: memoryCache({ maxBytes: 100_000 }) },
  );
  for (let tries = 0; tries < 4; tries++) expect(await call(keyed())).toMatchObject({ statusCode: 201, body: 'made' });
});
