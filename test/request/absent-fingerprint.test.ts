import middy, { type MiddlewareObj } from '@middy/core';
import { describe, expect, it } from 'vitest';
import { fromJmesPath } from '../../functions/idempotency/entries/jmespath.ts';
import {
  fromBody,
  fromQuery,
  type IdempotencyKeyOptions,
  idempotencyKey,
  makeIdempotent,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const statuses = async (options: IdempotencyKeyOptions, bodies: readonly string[]): Promise<number[]> => {
  const handler = middy(async () => ({ statusCode: 201, body: 'paid' })).use(
    idempotencyKey({ store: memoryStore(), ...options }) as MiddlewareObj,
  ) as unknown as (event: unknown, context: unknown) => Promise<{ statusCode: number }>;
  const found: number[] = [];
  for (const body of bodies) {
    const event = httpApiEvent({ headers: { 'idempotency-key': 'k' }, body });
    found.push((await handler(event, lambdaContext())).statusCode);
  }
  return found;
};

describe('G308: a fingerprint that finds nothing', () => {
  it.each<[string, IdempotencyKeyOptions]>([
    ['fromBody', { fingerprint: fromBody('amount') }],
    ['fromBody of several fields', { fingerprint: fromBody('amount', 'currency') }],
    ['fromQuery', { fingerprint: fromQuery('amount') }],
    ['fromJmesPath', { fingerprint: fromJmesPath('headers.amount') }],
    ['a function', { fingerprint: () => undefined }],
    ['an object of symbols', { fingerprint: () => ({ [Symbol.for('amount')]: undefined }) }],
    ['an object', { fingerprint: () => ({ amount: undefined, lines: [] }) }],
  ])('leaves it to the default: %s', async (_source, options) => {
    expect(await statuses(options, ['{"total":1}', '{"total":1}', '{"total":999}'])).toEqual([201, 201, 422]);
  });

  it('decides where it finds something, were it one field of two', async () => {
    const options = { fingerprint: fromBody('amount', 'currency') };
    expect(await statuses(options, ['{"amount":1,"at":1}', '{"amount":1,"at":2}', '{"amount":2}'])).toEqual([
      201, 201, 422,
    ]);
    expect(await statuses({ fingerprint: () => 0 }, ['1', '2'])).toEqual([201, 201]);
  });

  it('decides where it finds something that a symbol names', async () => {
    const amount = Symbol.for('amount');
    const options = { fingerprint: (event: { body: string }) => ({ [amount]: JSON.parse(event.body).amount }) };
    expect(await statuses(options, ['{"amount":1,"at":1}', '{"amount":1,"at":2}', '{"amount":2}'])).toEqual([
      201, 201, 422,
    ]);
  });

  it('is `null` to JMESPath, within a list, but not to `fromBody`', async () => {
    const bodies = ['{"amount":1}', '{"amount":1,"note":null}'];
    const selected = fromJmesPath('powertools_json(body).[amount, note]');
    expect(await statuses({ fingerprint: selected }, bodies)).toEqual([201, 201]);
    expect(await statuses({ fingerprint: fromBody('amount', 'note') }, bodies)).toEqual([201, 422]);
  });

  it('leaves it to the default for a wrapped function too', async () => {
    const options = { name: 'pay', namespace: 'n', leaseMs: 1000, store: memoryStore() };
    const pay = makeIdempotent(async (_order: { id: string; amount?: number }) => 'paid', {
      ...options,
      key: ({ id }) => id,
      fingerprint: () => undefined,
    });
    await pay({ id: '1', amount: 1 });
    await expect(pay({ id: '1', amount: 2 })).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });
});
