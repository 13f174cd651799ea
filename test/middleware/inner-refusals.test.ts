import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import middy6 from 'middy-core-6';
import { describe, expect, it } from 'vitest';
import { IdempotencyError, statusCodes } from '../../functions/idempotency/base/error.ts';
import {
  type IdempotencyErrorCode,
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
  issueToken,
  makeIdempotent,
  singleUseToken,
  uniqueIndex,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { durableContext } from '../protocol/durable/durable.ts';
import { barrier } from '../support/barrier.ts';
import type { Answer } from '../support/examples.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const event = (body: object = {}) => httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body });
const codeOf = ({ body }: Answer) => JSON.parse(body).code;
const refusal = (code: IdempotencyErrorCode) => new IdempotencyError(code, 'inner', { title: 'Inner' });
const codes = Object.keys(statusCodes) as IdempotencyErrorCode[];

type Info = Pick<IdempotentContext['idempotency'], 'attempt' | 'previous'>;

/** An outer operation whose runs end as told, one after another, and then well. */
const outer = (ends: (() => unknown)[], options: IdempotencyKeyOptions = {}) => {
  const runs: Info[] = [];
  const events: IdempotencyEvent[] = [];
  const handler = middy(async (_event: unknown, { idempotency: { attempt, previous } }: IdempotentContext) => {
    runs.push({ attempt, previous });
    return ends.length > 0 ? ends.shift()?.() : { statusCode: 201 };
  }).use(
    idempotencyKey({
      tellRetention: false,
      store: memoryStore(),
      onEvent: (happened) => events.push(happened),
      ...options,
    }),
  );
  const call = (body?: object) => handler(event(body), lambdaContext() as never) as Promise<unknown> as Promise<Answer>;
  return { handler, call, runs, events: () => events.map(({ type }) => type) };
};

/** An inner operation that is running, and what it answers to another request meanwhile. */
const running = (options: IdempotencyKeyOptions = {}) => {
  const { opened, open } = barrier();
  const handler = middy(async () => opened.then(() => ({ statusCode: 201, body: 'inner' }))).use(
    idempotencyKey({
      tellRetention: false,
      store: memoryStore(),
      namespace: 'inner',
      ...options,
    }) as middy.MiddlewareObj,
  );
  const call = () => handler(event(), lambdaContext()) as Promise<Answer>;
  return { call, first: call(), open };
};

const throwing = (error: unknown) => () => {
  throw error;
};

describe('an inner refusal that a handler throws', () => {
  it.each(codes.filter((code) => code !== 'OUTCOME_UNKNOWN'))(
    'G162: %s is answered as a problem, never remembered, and counts for nothing',
    async (code) => {
      const { call, runs, events } = outer([throwing(refusal(code)), throwing(refusal(code))], {
        keepErrors: () => true,
      });
      for (const _ of [1, 2]) {
        const answer = await call();
        expect(answer).toMatchObject({
          statusCode: statusCodes[code],
          headers: { 'content-type': 'application/problem+json' },
        });
        expect(codeOf(answer)).toBe(code);
      }
      expect(await call({ corrected: true })).toEqual({ statusCode: 201 });
      expect(runs).toEqual(Array(3).fill({ attempt: 1, previous: undefined }));
      expect(events()).toEqual(['claimed', 'undone', 'claimed', 'undone', 'claimed', 'completed']);
    },
  );

  it('G162: leaves what earlier runs have left', async () => {
    const { call, runs } = outer([throwing(new Error('failed')), throwing(refusal('IN_PROGRESS'))]);
    await expect(call()).rejects.toThrow('failed');
    expect(await call()).toMatchObject({ statusCode: 409 });
    expect(await call({ other: true })).toMatchObject({ statusCode: 422 });
    expect(await call()).toEqual({ statusCode: 201 });
    expect(runs.slice(1)).toEqual(Array(2).fill({ attempt: 2, previous: 'failed' }));
  });

  it('G162: of an outcome that is unknown leaves it unknown here, too', async () => {
    const lost = throwing(refusal('OUTCOME_UNKNOWN'));
    const rerun = outer([lost]);
    expect(codeOf(await rerun.call())).toBe('OUTCOME_UNKNOWN');
    expect(await rerun.call({ other: true })).toMatchObject({ statusCode: 422 });
    expect(await rerun.call()).toEqual({ statusCode: 201 });
    expect(rerun.runs.at(-1)).toEqual({ attempt: 2, previous: 'crashed' });
    const reject = outer([lost], { afterCrash: 'reject' });
    for (const _ of [1, 2]) expect(codeOf(await reject.call())).toBe('OUTCOME_UNKNOWN');
    expect(reject.runs).toHaveLength(1);
  });

  it('is thrown where the event is no HTTP request', async () => {
    const inner = refusal('IN_PROGRESS');
    const charge = makeIdempotent(throwing(inner), {
      name: 'charge',
      namespace: 'n',
      key: () => 'k',
      store: memoryStore(),
      keepErrors: () => true,
    });
    for (const _ of [1, 2]) await expect(charge()).rejects.toBe(inner);
    const handler = middy(throwing(inner)).use(
      idempotencyKey({
        tellRetention: false,
        key: () => 'k',
        store: memoryStore(),
        keepErrors: () => true,
      }) as middy.MiddlewareObj,
    );
    for (const _ of [1, 2]) await expect(handler({}, lambdaContext())).rejects.toBe(inner);
  });

  it('frees the key of a durable execution that an earlier try of it had claimed', async () => {
    const ends = [() => new Promise(() => undefined), throwing(refusal('IN_PROGRESS'))];
    const { handler, runs, events } = outer(ends);
    const invoke = (arn: string) => handler(event(), durableContext(arn) as never);
    void invoke('first');
    await new Promise(setImmediate);
    expect(await invoke('first')).toMatchObject({ statusCode: 409 });
    expect(await invoke('second')).toEqual({ statusCode: 201 });
    expect(events()).toEqual(['claimed', 'claimed', 'released', 'claimed', 'completed']);
    expect(runs.at(-1)).toEqual({ attempt: 2, previous: undefined });
  });

  it.each([
    ['6.0', middy6 as unknown as typeof middy],
    ['7', middy],
  ])('is answered under Middy %s, and what other middlewares do with errors is done', async (_version, build) => {
    const seen: unknown[] = [];
    const handler = build(throwing(refusal('IN_PROGRESS')))
      .onError(({ response }) => void seen.push(response))
      .use(idempotencyKey({ tellRetention: false, store: memoryStore() }) as middy.MiddlewareObj);
    expect(await handler(event(), lambdaContext())).toMatchObject({ statusCode: 409 });
    expect(seen).toEqual([expect.objectContaining({ statusCode: 409 })]);
  });

  it('is left to another middleware that has answered it', async () => {
    const { handler, call } = outer([throwing(refusal('IN_PROGRESS'))]);
    handler.onError((request) => {
      request.response = { statusCode: 418 };
    });
    expect(await call()).toEqual({ statusCode: 418 });
  });

  it('is answered where the request runs unguarded, and shaped by onAnswer', async () => {
    const handler = middy(throwing(refusal('IN_PROGRESS'))).use(
      idempotencyKey({
        tellRetention: false,
        store: memoryStore(),
        optional: true,
        onAnswer: (answer, { error }) => ({ ...answer, body: String(error?.code) }),
      }) as middy.MiddlewareObj,
    );
    expect(await handler(httpApiEvent(), lambdaContext())).toMatchObject({ statusCode: 409, body: 'IN_PROGRESS' });
  });

  it('by a middleware, after the handler has returned, is an error like any other', async () => {
    const late = refusal('IN_PROGRESS');
    const around = outer([]);
    around.handler.after(throwing(late));
    await expect(around.call()).rejects.toBe(late);
    const inside = middy(async () => ({ statusCode: 201 }))
      .after(throwing(late))
      .use(idempotencyKey({ tellRetention: false, store: memoryStore() }) as middy.MiddlewareObj);
    await expect(inside(event(), lambdaContext())).rejects.toBe(late);
  });

  it('G162: after a token was used up is not called retryable: the token is gone', async () => {
    const store = memoryStore();
    const call = async (code: IdempotencyErrorCode) => {
      const inner = new IdempotencyError(code, 'inner', { title: 'Inner', retryAfterSeconds: 1 });
      const handler = middy(throwing(inner)).use(singleUseToken({ store }) as middy.MiddlewareObj);
      const token = await issueToken(store, { scope: 'anonymous' });
      return (await handler(httpApiEvent({ headers: { token } }), lambdaContext())) as Answer;
    };
    for (const code of ['IN_PROGRESS', 'STORE_UNAVAILABLE'] as const) {
      const { statusCode, headers, body } = await call(code);
      expect(statusCode).toBe(statusCodes[code]);
      expect(headers).toEqual({ 'content-type': 'application/problem+json' });
      expect(JSON.parse(body)).toMatchObject({ code, retryable: false, detail: expect.stringMatching(/[Gg]et a new/) });
    }
  });
});

describe('an inner refusal that a handler returns', () => {
  const returned: [string, (answer: Answer) => unknown][] = [
    ['as it is', (answer) => answer],
    ['copied', (answer) => ({ ...answer, headers: { ...answer.headers, 'x-more': '1' } })],
    ['from another function', (answer) => JSON.parse(JSON.stringify(answer))],
    ['changed in place', (answer) => Object.assign(answer, { body: '{}' })],
  ];

  it.each(returned)('G162: %s is not remembered, and counts for nothing', async (_name, pass) => {
    const inner = running();
    const handle = async () => pass(await inner.call());
    const { call, runs } = outer([handle, handle, handle], { storeResponse: () => true });
    expect(await call()).toMatchObject({ statusCode: 409, headers: { 'retry-after': '1' } });
    inner.open();
    await inner.first;
    expect(await call()).toMatchObject({ statusCode: 201 });
    expect(await call()).toMatchObject({ statusCode: 201, headers: { 'idempotent-replayed': 'true' } });
    expect(runs).toEqual(Array(2).fill({ attempt: 1, previous: undefined }));
  });

  it('G162: in a form of its own, given by onAnswer, is not remembered either', async () => {
    const inner = running({ onAnswer: ({ statusCode }) => ({ statusCode, body: 'busy' }) });
    const { call } = outer([inner.call, inner.call]);
    expect(await call()).toEqual({ statusCode: 409, body: 'busy' });
    inner.open();
    await inner.first;
    expect(await call()).toMatchObject({ statusCode: 201 });
  });

  it('whose form a copy has lost is a handler’s own answer, and remembered by its status', async () => {
    const inner = running();
    const { call } = outer([async () => ({ ...(await inner.call()), body: 'busy' })]);
    for (const _ of [1, 2]) expect(await call()).toMatchObject({ statusCode: 409, body: 'busy' });
    expect(await call()).toMatchObject({ headers: { 'idempotent-replayed': 'true' } });
    inner.open();
  });

  it.each([
    ['DUPLICATE', 'gets that answer'],
    ['CONDITION_FAILED', 'gets that answer'],
    ['STORE_UNAVAILABLE', 'runs as attempt 2'],
    ['ILLEGAL_ARGUMENT', 'runs as attempt 1'],
    ['REPETITIVE_OPERATION', 'runs as attempt 1'],
    ['PAYLOAD_MISMATCH', 'runs as attempt 1'],
    ['RESULT_UNAVAILABLE', 'runs as attempt 1'],
  ] as const)(
    'with %s: a repeat %s, for what came of a transaction is an answer like any other',
    async (code, said) => {
      const inner = middy(throwing(refusal(code))).use(
        idempotencyKey({ tellRetention: false, store: memoryStore(), namespace: 'inner' }) as middy.MiddlewareObj,
      );
      const { call, runs } = outer([() => inner(event(), lambdaContext())]);
      expect(codeOf(await call())).toBe(code);
      const { headers } = await call();
      expect(headers ? 'gets that answer' : `runs as attempt ${runs.at(-1)?.attempt}`).toBe(said);
    },
  );

  it('is told from problems of other origin', async () => {
    const problem = (type: string, statusCode: number) => ({ statusCode, body: JSON.stringify({ type }) });
    for (const own of [
      problem('about:blank', 409),
      problem('urn:middy-idempotency:problem:sold-out', 409),
      problem('urn:middy-idempotency:problem:in-progress', 200),
    ]) {
      const { call, runs } = outer([() => own]);
      for (const _ of [1, 2]) expect(await call()).toMatchObject(own);
      expect(runs).toHaveLength(1);
    }
  });

  it('G162: of an outcome that is unknown leaves it unknown here, too', async () => {
    const inner = middy(async () => ({ statusCode: 500 })).use(
      idempotencyKey({
        tellRetention: false,
        store: memoryStore(),
        afterCrash: 'reject',
        storeResponse: () => 'unknown',
      }) as middy.MiddlewareObj,
    );
    await inner(event(), lambdaContext());
    const { call, runs } = outer([() => inner(event(), lambdaContext())]);
    expect(codeOf(await call())).toBe('OUTCOME_UNKNOWN');
    expect(await call()).toEqual({ statusCode: 201 });
    expect(runs.at(-1)).toEqual({ attempt: 2, previous: 'crashed' });
  });

  it('G162: makes uniqueIndex write nothing', async () => {
    const inner = running();
    const events: string[] = [];
    const client = new DynamoDBClient({ region: 'eu-central-1', endpoint: 'http://127.0.0.1:1' });
    const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
      writes.insert({ tableName: 'orders', partitionKey: 'id' }, { id: 'o-1' });
      return inner.call();
    }).use(uniqueIndex({ client, onEvent: ({ type }) => events.push(type) }));
    expect(await handler(event(), lambdaContext() as never)).toMatchObject({ statusCode: 409 });
    expect(events).toEqual(['writes-discarded']);
    inner.open();
  });
});
