import middy from '@middy/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  combine,
  type IdempotentContext,
  idempotencyKey,
  issueToken,
  type KeySource,
  makeIdempotent,
  singleUseToken,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const never = () => new Promise<never>(() => undefined);

/** Settles, and is at once something else to wait for: each turn of the process another one. */
const withoutEnd = (): Promise<unknown> =>
  new Promise((resolve) => {
    setTimeout(() => resolve([withoutEnd()]), 100);
  });

const remainingMs = 6000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A store that tells whether anything was claimed, consumed or issued. */
const untouched = () => {
  const used = vi.fn(() => expect.unreachable());
  return { store: { ...memoryStore(), claim: used, consume: used, issue: used }, used };
};

const context = () => {
  const endMs = Date.now() + remainingMs;
  return lambdaContext({ getRemainingTimeInMillis: () => endMs - Date.now() }) as IdempotentContext;
};

const event = () => httpApiEvent({ headers: { 'idempotency-key': 'k-1', token: 't-1' }, body: {} });

/** What is thrown, and after how long, by the clock that is stopped. */
const failureOf = async (call: () => Promise<unknown>): Promise<{ message: string; tookMs: number }> => {
  const startMs = Date.now();
  const failure = call().then(
    () => ({ message: 'none', tookMs: Number.NaN }),
    (error: Error) => ({ message: error.message, tookMs: Date.now() - startMs }),
  );
  await vi.advanceTimersByTimeAsync(10 * remainingMs);
  return failure;
};

type Setting = Readonly<Record<string, unknown>>;

const handlers: Readonly<Record<string, (options: Setting, run: () => Promise<unknown>) => () => Promise<unknown>>> = {
  idempotencyKey: (options, run) => async () =>
    middy(run).use(idempotencyKey({ ...options, quiet: true }))(event(), context()),
  makeIdempotent: (options, run) => async () =>
    makeIdempotent(async (_event: unknown, _context: unknown) => run(), {
      name: 'pay',
      key: () => 'k-1',
      scope: () => 'all',
      ...options,
    })(event(), context()),
  singleUseToken: (options, run) => async () => middy(run).use(singleUseToken(options))(event(), context()),
  'singleUseToken with retainResult': (options, run) => async () =>
    middy(run).use(singleUseToken({ ...options, retainResult: true }))(event(), context()),
};

describe.each<[way: string, option: string, callback: KeySource, isCombined?: true]>([
  ['idempotencyKey', 'key', never],
  ['idempotencyKey', 'key', combine(() => 'a', never), true],
  ['idempotencyKey', 'key', () => ({ deep: [never()] })],
  ['idempotencyKey', 'key', withoutEnd],
  ['idempotencyKey', 'scope', never],
  ['idempotencyKey', 'fingerprint', never],
  ['makeIdempotent', 'key', never],
  ['makeIdempotent', 'scope', never],
  ['makeIdempotent', 'fingerprint', never],
  ['singleUseToken', 'token', never],
  ['singleUseToken', 'bindTo', never],
  ['singleUseToken', 'scope', never],
  ['singleUseToken with retainResult', 'token', never],
  ['singleUseToken with retainResult', 'bindTo', never],
  ['singleUseToken with retainResult', 'scope', never],
  ['singleUseToken with retainResult', 'fingerprint', never],
])('%s with a `%s` that never settles', (way, option, callback, isCombined) => {
  it('G304: fails before the deadline, says which option it is, and has claimed nothing', async () => {
    const { store, used } = untouched();
    const run = vi.fn(async () => ({ statusCode: 201 }));
    const call = handlers[way]?.({ store, [option]: callback }, run) ?? expect.unreachable();
    const { message, tookMs } = await failureOf(call);
    // Of sources that were put together, which one it is.
    expect(message).toContain(`option \`${isCombined ? '[1]' : option}\``);
    expect(message).toContain('safe');
    expect(tookMs).toBeLessThan(remainingMs);
    expect(run).not.toHaveBeenCalled();
    expect(used).not.toHaveBeenCalled();
  });
});

it('G304: a token for a scope that never settles is not issued', async () => {
  const { store, used } = untouched();
  expect((await failureOf(() => issueToken(store, { scope: never() }))).message).toContain('issueToken');
  expect(used).not.toHaveBeenCalled();
});

it('a callback that settles late, but in time, leaves no timer behind', async () => {
  const key = () =>
    new Promise((resolve) => {
      setTimeout(resolve, remainingMs / 2, 'k-1');
    });
  const run = vi.fn(async () => ({ statusCode: 201 }));
  const call = handlers['idempotencyKey']?.({ store: memoryStore(), key }, run) ?? expect.unreachable();
  const answer = call();
  await vi.advanceTimersByTimeAsync(remainingMs / 2);
  expect(await answer).toMatchObject({ statusCode: 201 });
  expect(vi.getTimerCount()).toBe(0);
});

it('a callback that throws, or rejects, fails with its own error', async () => {
  const declined = new RangeError('no session');
  const { message } = await failureOf(
    handlers['idempotencyKey']?.(
      { store: memoryStore(), key: () => Promise.reject(declined) },
      async () => undefined,
    ) ?? expect.unreachable(),
  );
  expect(message).toBe('no session');
});
