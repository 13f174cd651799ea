import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import { describe, expect, it } from 'vitest';
import {
  fromPath,
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
  issueToken,
  singleUseToken,
  stillRunning,
  uniqueIndex,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { barrier } from '../support/barrier.ts';
import type { Answer } from '../support/examples.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

type Info = Pick<IdempotentContext['idempotency'], 'attempt' | 'previous'>;

const notActedUpon = [
  400, 401, 403, 404, 405, 406, 408, 411, 412, 413, 414, 415, 416, 417, 421, 422, 425, 426, 428, 429, 431,
];

/** A handler whose runs end as told, one after another, and then well. */
const ending = (ends: (() => unknown)[], options: IdempotencyKeyOptions = {}, plugin: object = {}) => {
  const runs: Info[] = [];
  const events: IdempotencyEvent[] = [];
  const handler = middy(async (_event: unknown, { idempotency: { attempt, previous } }: IdempotentContext) => {
    runs.push({ attempt, previous });
    return ends[runs.length - 1]?.() ?? { statusCode: 201 };
  }, plugin);
  handler.use(
    idempotencyKey({ tellRetention: false, store: memoryStore(), onEvent: (event) => events.push(event), ...options }),
  );
  const send = async (amount = 5, context = lambdaContext()) =>
    (await handler(
      httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: { amount } }),
      context as IdempotentContext,
    )) as Answer;
  return { handler, send, runs, events: () => events.map(({ type }) => type) };
};

const fail = () => {
  throw new Error('failed');
};

describe('an answer', () => {
  const statuses = Array.from({ length: 400 }, (_, index) => index + 200);

  it.each(statuses.filter((status) => status < 500 && !notActedUpon.includes(status)))(
    'of %s is remembered',
    async (statusCode) => {
      const { send, runs } = ending([() => ({ statusCode })]);
      await send();
      expect(await send()).toEqual({ statusCode, headers: { 'idempotent-replayed': 'true' } });
      expect(runs).toHaveLength(1);
    },
  );

  it.each(notActedUpon)('of %s lets a corrected request use the key', async (statusCode) => {
    const { send, runs } = ending([() => ({ statusCode })]);
    await send(5);
    expect(await send(6)).toEqual({ statusCode: 201 });
    expect(runs).toEqual([
      { attempt: 1, previous: undefined },
      { attempt: 2, previous: undefined },
    ]);
  });

  it.each(statuses.filter((status) => status >= 500))('of %s lets the same request run again', async (statusCode) => {
    const { send, runs } = ending([() => ({ statusCode })]);
    await send(5);
    expect(await send(6)).toMatchObject({ statusCode: 422 });
    expect(await send(5)).toEqual({ statusCode: 201 });
    expect(runs.at(-1)).toEqual({ attempt: 2, previous: 'failed' });
  });

  it('that says that nothing was done frees the key for no other payload once a run has failed', async () => {
    const { send, runs } = ending([fail, () => ({ statusCode: 400 })]);
    await expect(send(5)).rejects.toThrow('failed');
    expect(await send(5)).toEqual({ statusCode: 400 });
    expect(await send(6)).toMatchObject({ statusCode: 422 });
    expect(await send(5)).toEqual({ statusCode: 201 });
    expect(runs.at(-1)).toEqual({ attempt: 3, previous: 'failed' });
  });
});

describe('a body that is no JSON', () => {
  const payOnce = (namespace: string) =>
    idempotencyKey({
      tellRetention: false,
      store: memoryStore(),
      key: fromPath('orderId'),
      namespace,
    }) as middy.MiddlewareObj;
  const parser = httpJsonBodyParser() as middy.MiddlewareObj;
  const pay = async ({ body }: { body: unknown }) => ({ statusCode: 201, body });
  const parsing = {
    'in the handler': middy(async ({ body }: { body: string }) => {
      try {
        return { statusCode: 201, body: JSON.parse(body) };
      } catch {
        return { statusCode: 400 };
      }
    }).use(payOnce('1')),
    'by a middleware before this one': middy(pay).use(parser).use(payOnce('2')),
    'by a middleware after this one': middy(pay).use(payOnce('3')).use(parser),
    'by a middleware of an inner handler': middy(middy(pay).use(parser) as unknown as typeof pay).use(payOnce('4')),
  };

  it.each(Object.entries(parsing))('that is read %s does not use up the key of its order', async (_where, handler) => {
    const send = (body: string) =>
      (handler as unknown as (event: unknown, context: unknown) => Promise<Answer>)(
        httpApiEvent({ pathParameters: { orderId: 'o-1' }, body }),
        lambdaContext(),
      ).catch(({ statusCode }) => ({ statusCode }));
    expect((await send('{')).statusCode).toBeOneOf([400, 415, 422]);
    expect(await send('{"amount":5}')).toEqual({ statusCode: 201, body: { amount: 5 } });
    expect(await send('{"amount":5}')).toMatchObject({ headers: { 'idempotent-replayed': 'true' } });
  });
});

describe('storeResponse and keepErrors', () => {
  it('free what would be remembered as after a failure, and may be asynchronous', async () => {
    const { send, runs } = ending([() => ({ statusCode: 409 })], {
      storeResponse: async ({ statusCode }) => statusCode !== 409,
    });
    expect(await send(5)).toEqual({ statusCode: 409 });
    expect(await send(6)).toMatchObject({ statusCode: 422 });
    expect(await send(5)).toEqual({ statusCode: 201 });
    expect(runs.at(-1)).toEqual({ attempt: 2, previous: 'failed' });
  });

  it('leave the decision to the default when they throw', async () => {
    const options = { storeResponse: fail, keepErrors: fail };
    const { send, runs, events } = ending([fail], options);
    await expect(send()).rejects.toThrow('failed');
    expect(await send()).toEqual({ statusCode: 201 });
    expect(await send()).toMatchObject({ headers: { 'idempotent-replayed': 'true' } });
    expect(runs).toHaveLength(2);
    expect(events().filter((type) => type === 'callback-failed')).toHaveLength(2);
  });

  it('keep of an error what callers read, wherever it stands, and leave out what JSON can’t hold', async () => {
    class PaymentRequired extends Error {
      override readonly name = 'PaymentRequired';
      readonly balance = 3n;
      readonly orderId = 'o-1';
    }
    const onPrototype = { statusCode: 402, status: 402, expose: true, code: 'E402', issues: ['amount'] };
    Object.assign(PaymentRequired.prototype, onPrototype);
    const { send, runs } = ending(
      [() => Promise.reject(new PaymentRequired('too little', { cause: new RangeError('balance') }))],
      { keepErrors: () => true },
    );
    await expect(send()).rejects.toBeInstanceOf(PaymentRequired);
    const kept = await send().catch((error: unknown) => error);
    expect(kept).toMatchObject({ ...onPrototype, name: 'PaymentRequired', message: 'too little', orderId: 'o-1' });
    expect(kept).toMatchObject({ cause: { name: 'RangeError', message: 'balance' } });
    expect(kept).not.toHaveProperty('balance');
    expect(runs).toHaveLength(1);
    const errors = [new Error('first'), new Error('second')];
    const several = ending([() => Promise.reject(new AggregateError(errors))], { keepErrors: () => true }).send;
    await expect(several()).rejects.toBeInstanceOf(AggregateError);
    await expect(several()).rejects.toMatchObject({ errors: [{ message: 'first' }, { message: 'second' }] });
  });

  it('may say that nobody knows: the next run is told of a crash, at once', async () => {
    const { send, runs } = ending([() => ({ statusCode: 200 }), fail], {
      storeResponse: () => runs.length === 1 && 'unknown',
    });
    await send();
    await expect(send()).rejects.toThrow('failed');
    await send();
    expect(runs).toEqual([
      { attempt: 1, previous: undefined },
      { attempt: 2, previous: 'crashed' },
      { attempt: 3, previous: 'crashed' },
    ]);
  });
});

describe('a middleware that fails', () => {
  it('after the handler has returned doesn’t make it run again', async () => {
    const { handler, send, runs } = ending([]);
    handler.after(fail);
    await expect(send()).rejects.toThrow('failed');
    const { statusCode, body } = await send();
    expect([statusCode, JSON.parse(body).code]).toEqual([409, 'RESULT_UNAVAILABLE']);
    expect(runs).toHaveLength(1);
  });

  it('before the handler runs, whether it throws or answers, leaves nothing that counts', async () => {
    const failing = ending([]);
    const failures = [fail];
    failing.handler.before(() => failures.shift()?.());
    await expect(failing.send(5)).rejects.toThrow('failed');
    expect(await failing.send(6)).toEqual({ statusCode: 201 });
    expect(failing.runs).toEqual([{ attempt: 1, previous: undefined }]);
    const answering = ending([]);
    const answers = [{ statusCode: 402 }];
    answering.handler.before(() => answers.shift());
    expect(await answering.send(5)).toEqual({ statusCode: 402 });
    expect(await answering.send(6)).toEqual({ statusCode: 201 });
    expect(answering.runs).toEqual([{ attempt: 1, previous: undefined }]);
  });
});

describe('an early answer to a timeout', () => {
  const timingOut = (answer: () => object) => {
    const { opened, open } = barrier();
    const handled = ending([() => opened], {}, { timeoutEarlyInMillis: 500, timeoutEarlyResponse: answer });
    return { ...handled, open, first: () => handled.send(5, lambdaContext({ getRemainingTimeInMillis: () => 550 })) };
  };

  it('that is marked holds the key; the next run is told of a crash', async () => {
    const { first, send, runs, open } = timingOut(() => stillRunning({ statusCode: 504 }));
    expect(await first()).toEqual({ statusCode: 504 });
    expect(await send()).toMatchObject({ statusCode: 409, headers: { 'retry-after': '1' } });
    await expect.poll(() => send(), { timeout: 3000 }).toEqual({ statusCode: 201 });
    expect(runs.at(-1)).toEqual({ attempt: 2, previous: 'crashed' });
    open();
  });

  it('that is not marked passes for the handler’s own', async () => {
    const failed = timingOut(() => ({ statusCode: 504 }));
    await failed.first();
    expect(await failed.send()).toEqual({ statusCode: 201 });
    const accepted = timingOut(() => ({ statusCode: 202 }));
    await accepted.first();
    expect(await accepted.send()).toMatchObject({ statusCode: 202, headers: { 'idempotent-replayed': 'true' } });
    failed.open();
    accepted.open();
  });
});

it('a token that retains its result is good for the same payload after a failure, for a corrected one if nothing was done', async () => {
  const store = memoryStore();
  const answers = [500, 201, 422, 201];
  const handler = middy(async () => ({ statusCode: answers.shift() })).use(
    singleUseToken({ store, retainResult: true, tellRetention: false }),
  );
  const issue = () => issueToken(store, { scope: 'anonymous' });
  const pay = async (token: string, amount: number) => {
    const event = httpApiEvent({ headers: { token }, body: { amount } });
    const { statusCode, headers } = (await handler(event, lambdaContext() as never)) as Answer;
    return headers ? `refused with ${statusCode}` : statusCode;
  };
  const failing = await issue();
  expect([await pay(failing, 5), await pay(failing, 6), await pay(failing, 5)]).toEqual([500, 'refused with 422', 201]);
  const corrected = await issue();
  expect([await pay(corrected, 5), await pay(corrected, 6)]).toEqual([422, 201]);
});

it.each([422, 500])('uniqueIndex writes nothing when the handler answers %s, and says so', async (statusCode) => {
  const events: string[] = [];
  const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
    writes.insert({ tableName: 'orders', partitionKey: 'id' }, { id: 'o-1' });
    return { statusCode };
  }).use(uniqueIndex({ onEvent: ({ type }) => events.push(type) }));
  expect(await handler(httpApiEvent(), lambdaContext() as never)).toEqual({ statusCode });
  expect(events).toEqual(['writes-discarded']);
});
