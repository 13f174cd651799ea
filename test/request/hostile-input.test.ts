import middy from '@middy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromBody,
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

// A fixed seed, so that a run that fails can be repeated.
const options = { seed: 20_260_101, numRuns: 1000 };

/** A handler that answers with what only this caller may see. */
const protect = (middlewareOptions: IdempotencyKeyOptions = {}) => {
  let runs = 0;
  const handler = middy(async (event: { secret?: string }, _context: IdempotentContext) => {
    runs += 1;
    return { statusCode: 200, body: event.secret ?? '' };
  }).use(idempotencyKey({ tellRetention: false, store: memoryStore(), ...middlewareOptions }));
  const call = (event: unknown) => handler(event as never, lambdaContext() as IdempotentContext) as Promise<Answer>;
  return { call, runs: () => runs };
};

const withKey = (key: string, authorizer?: Record<string, unknown>, secret?: string) => ({
  ...httpApiEvent({ headers: { 'idempotency-key': key }, body: {}, ...(authorizer && { authorizer }) }),
  secret,
});

const principal = fc.oneof(
  fc.record({ jwt: fc.record({ claims: fc.record({ iss: fc.string(), sub: fc.string({ minLength: 1 }) }) }) }),
  fc.record({ iam: fc.record({ userArn: fc.string({ minLength: 1 }) }) }),
  fc.record({ lambda: fc.record({ principalId: fc.string({ minLength: 1 }) }) }),
);

describe('two callers', () => {
  it('G47: never see each other’s results, whatever they are called (1,000 random pairs)', async () => {
    await fc.assert(
      fc.asyncProperty(principal, principal, fc.uuid(), async (one, other, key) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        const { call, runs } = protect();
        await call(withKey(key, one, 'one'));
        expect(await call(withKey(key, other, 'other'))).toEqual({ statusCode: 200, body: 'other' });
        expect(await call(withKey(key, one, 'edited'))).toMatchObject({ body: 'one' });
        expect(runs()).toBe(2);
      }),
      options,
    );
  });
});

describe('two keys', () => {
  it('that differ never share a record; the same one always does', async () => {
    const hostile = fc.constantFrom('__proto__', 'constructor', 'toString', '1', 'a', 'A', 'é', 'e\u0301', '#', 'null');
    const key = fc.oneof(hostile, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }));
    await fc.assert(
      fc.asyncProperty(key, key, async (one, other) => {
        const { call, runs } = protect({ key: fromBody('id') });
        await call({ id: one });
        await call({ id: other });
        expect(runs()).toBe(one === other ? 1 : 2);
      }),
      options,
    );
  });

  it.each([
    ['a number and its text', { id: 1 }, { id: '1' }],
    ['true and its text', { id: true }, { id: 'true' }],
    ['0 and false', { id: 0 }, { id: false }],
    ['a list and its text', { id: ['a'] }, { id: '["a"]' }],
  ])('(%s) are different', async (_name, one, other) => {
    const { call, runs } = protect({ key: fromBody('id'), fingerprint: () => 'same' });
    await call(one);
    await call(other);
    expect(runs()).toBe(2);
  });

  it('made of parts don’t run into each other', async () => {
    const { call, runs } = protect({ key: fromBody('a', 'b') });
    await call({ a: 'x', b: 'y,z' });
    await call({ a: 'x,y', b: 'z' });
    await call({ a: 'x"', b: '"y' });
    expect(runs()).toBe(3);
  });
});

describe('hostile requests', () => {
  it('G50: with a header of 1 MB, or one that is no text, are refused with 400', async () => {
    const { call, runs } = protect();
    expect(await call(withKey('x'.repeat(1_000_000)))).toMatchObject({ statusCode: 400 });
    const event = withKey('k');
    expect(await call({ ...event, headers: { 'idempotency-key': { length: 3 } } })).toMatchObject({ statusCode: 400 });
    expect(await call({ ...event, headers: null })).toMatchObject({ statusCode: 400 });
    expect(runs()).toBe(0);
  });

  it('whose key holds what can’t be told apart are refused with 400', async () => {
    const { call, runs } = protect({ key: (event) => event.key });
    const cyclic: unknown[] = [];
    cyclic.push(cyclic, 'a');
    for (const key of [Number.NaN, [Number.POSITIVE_INFINITY], { self: '\ud800' }, cyclic]) {
      await expect(call({ key })).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
    }
    expect(runs()).toBe(0);
  });

  it('don’t pollute prototypes', async () => {
    const { call } = protect({ key: fromBody('__proto__', 'constructor') });
    const body = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    expect(await call(httpApiEvent({ body }))).toMatchObject({ statusCode: 200 });
    expect({}).not.toHaveProperty('polluted');
    expect(await call(httpApiEvent({ body: '{}' }))).toMatchObject({ statusCode: 400 });
  });

  it('with events that are no objects are refused, or keyed by a function of them', async () => {
    const { call } = protect();
    for (const event of ['text', 5, null, [], undefined]) {
      await expect(call(event)).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
    }
    const { call: keyed, runs } = protect({ key: (event) => event });
    await keyed('text');
    await keyed('text');
    expect(runs()).toBe(1);
  });

  it('G50: nested deeper than the stack are compared like any other; a key that is so deep is refused', async () => {
    const { call, runs } = protect();
    const body = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const event = (text: string) => ({ ...withKey('k'), body: text });
    await call(event(body));
    expect(await call(event(body))).toMatchObject({ headers: { 'idempotent-replayed': 'true' } });
    expect(await call(event(`[${body}]`))).toMatchObject({ statusCode: 422 });
    expect(runs()).toBe(1);

    const { call: keyed, runs: keyedRuns } = protect({ key: fromBody('id'), fingerprint: () => 'same' });
    await expect(keyed({ id: JSON.parse(body.replace('[]', '[1]')) })).rejects.toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringContaining('nested deeper than 500 levels'),
    });
    expect(keyedRuns()).toBe(0);
  });
});
