import { createError } from '@middy/util';
import httpErrors from 'http-errors';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { onEachEngine } from '../support/dynamodb.ts';
import { codeOf, stacked } from '../support/stacked.ts';

const thrownBy = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return expect.fail(`answered ${JSON.stringify(await call)}`);
  } catch (error) {
    return error;
  }
};

/** What a caller reads of an error. */
const read = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const { name, message, cause, ...others } = error;
  const { statusCode, status, expose, code, errors, issues, headers } = error as unknown as Record<string, unknown>;
  return {
    ...{ name, message, statusCode, status, expose, code, issues, headers },
    ...{ cause: read(cause), errors: Array.isArray(errors) ? errors.map(read) : errors },
    body: (others as { body?: unknown }).body,
  };
};

const aggregate = () =>
  new AggregateError([new RangeError('first'), 'second', httpErrors(402, 'third')], 'all failed', {
    cause: new TypeError('root', { cause: new Error('deeper') }),
  });

onEachEngine((database) => {
  const replayOf = async (error: unknown): Promise<unknown> => {
    const run = () => {
      throw error;
    };
    const { call, told } = await stacked(database, run, { options: { keepErrors: () => true } });
    expect(await thrownBy(call())).toBe(error);
    const replayed = await thrownBy(call());
    expect(told).toHaveLength(1);
    return replayed;
  };

  it.each<[string, unknown]>([
    ['of http-errors', httpErrors(402, 'pay first', { headers: { 'retry-after': '1' } })],
    ['of http-errors’ classes, which have the status on the prototype', new httpErrors.Conflict('taken')],
    ['of Middy', createError(402, 'pay first', { cause: { package: 'pay', data: { amount: 5 } } })],
    ['of zod', z.object({ amount: z.number() }).safeParse({ amount: 'five' }).error],
    ['AggregateError', aggregate()],
    ['DOMException', new DOMException('took too long', 'TimeoutError')],
    ['that is frozen', Object.freeze(Object.assign(new Error('frozen'), { statusCode: 402 }))],
    [
      'with a provider’s body that has the form of an error',
      Object.assign(new Error('declined'), { body: { error: { message: 'no funds', code: 'card' } } }),
    ],
    ['that is none, but looks like one', { error: { name: 'Error', message: 'text' } }],
    ['that is nothing', undefined],
  ])('G157: a kept error comes back as callers read it: %s', async (_case, error) => {
    expect(read(await replayOf(error))).toEqual(read(error));
  });

  it.each<[string, unknown]>([
    ['an error in an object', { inner: new Error('declined') }],
    ['a Map', new Map([[1, 2]])],
    ['NaN', Number.NaN],
    ['bytes', Buffer.from('a')],
    ['a Date', new Date(1)],
    ['a list with undefined in it', [1, undefined]],
    ['a function in an object', { retry: () => 1 }],
    ['a bigint', 1n],
  ])('G312: a kept error loses what JSON would change: %s', async (_case, details) => {
    const replayed = (await replayOf(Object.assign(new RangeError('declined'), { details, code: 'card' }))) as Error;
    expect(replayed).toMatchObject({ name: 'RangeError', message: 'declined', code: 'card' });
    expect(replayed).not.toHaveProperty('details');
  });

  it.each<[string, unknown]>([
    ['a cause that is a Date', new Error('declined', { cause: new Date(0) })],
    ['an error of several, one of them a Map', Object.assign(new Error('declined'), { errors: [new Map()] })],
  ])('G312: a kept error loses what JSON would change: %s', async (_case, error) => {
    expect(read(await replayOf(error))).toMatchObject({ cause: undefined, errors: undefined });
  });

  it.each<[string, unknown]>([
    ['bytes', new Uint8Array([1])],
    ['NaN', Number.NaN],
    ['a promise', Promise.resolve(1)],
    ['a symbol', Symbol('a')],
    ['an object with a Date', { at: new Date(0) }],
  ])('G312: what is thrown, no error and no JSON, is the first caller’s only: %s', async (_case, thrown) => {
    const run = () => {
      throw thrown;
    };
    const { call, told, events } = await stacked(database, run, { options: { keepErrors: () => true } });
    await call().catch(() => undefined);
    expect([codeOf(await call()), told.length]).toEqual(['RESULT_UNAVAILABLE', 1]);
    expect(events()).toEqual(['claimed', 'result-unavailable', 'completed', 'refused']);
  });

  it('G157: a kept error that leads back to itself, or to thousands of others, costs no more than a thousand', async () => {
    const own = new Error('own');
    own.cause = own;
    expect(read(await replayOf(own))).toMatchObject({ message: 'own', cause: undefined });

    const members = Array.from({ length: 200 }, (_, index) => new Error(`member ${index}`));
    const all = new AggregateError(members, 'all');
    for (const member of members) member.cause = new AggregateError(members, 'again', { cause: all });
    const startMs = performance.now();
    const kept = (await replayOf(all)) as AggregateError;
    expect([kept.message, kept.errors[0].message]).toEqual(['all', 'member 0']);
    expect(performance.now() - startMs).toBeLessThan(10_000); // 200 to the power of 4 would never end
  });
});
