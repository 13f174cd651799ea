import { createError } from '@middy/util';
import httpErrors from 'http-errors';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { onEachEngine } from '../support/dynamodb.ts';
import { stacked } from '../support/stacked.ts';

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
