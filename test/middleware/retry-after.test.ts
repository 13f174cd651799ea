import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import { type IdempotencyKeyOptions, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { manualClock } from '../support/clock.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

interface Refusal {
  statusCode: number;
  headers: Record<string, string>;
}

/** A request that was claimed and never ended, and one that asks again. */
const silent = async (options: IdempotencyKeyOptions, remainingMs: number) => {
  const clock = manualClock();
  const handler = middy(() => new Promise(() => undefined)).use(
    idempotencyKey({ store: memoryStore(), now: clock.now, ...options }) as middy.MiddlewareObj,
  );
  const call = () =>
    handler(
      httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: {} }),
      lambdaContext({ getRemainingTimeInMillis: () => remainingMs }),
    ) as Promise<Refusal>;
  void call();
  await new Promise(setImmediate);
  return { clock, call };
};

/** The waits of a client that does as it is told, until it isn't told to wait any more. */
const waitsOf = async ({ clock, call }: Awaited<ReturnType<typeof silent>>): Promise<number[]> => {
  const waits: number[] = [];
  for (;;) {
    const { statusCode, headers } = await call();
    const seconds = Number(headers['retry-after'] ?? Number.NaN);
    if (statusCode !== 409 || Number.isNaN(seconds)) return waits;
    waits.push(seconds);
    clock.advance(seconds * 1000);
  }
};

describe('Retry-After of a request that is running', () => {
  it('G160: doubles from one second to thirty, whatever the timeout, and ends with the lease', async () => {
    const waits = await waitsOf(await silent({ afterCrash: 'reject' }, 120_000));
    expect(waits).toEqual([1, 1, 2, 4, 8, 16, 30, 30, 29]);
    expect(waits.reduce((sum, wait) => sum + wait)).toBe(121);
  });

  it('G160: is one second for a call that takes a moment, under the longest timeout too', async () => {
    const { clock, call } = await silent({}, 900_000);
    clock.advance(100);
    expect(await call()).toMatchObject({ headers: { 'retry-after': '1' } });
  });

  it('G160: is rounded up, and never below one second, by a clock that is behind too', async () => {
    const { clock, call } = await silent({}, 60_000);
    clock.advance(-5000);
    expect(await call()).toMatchObject({ headers: { 'retry-after': '1' } });
    clock.advance(5000 + 2001);
    expect(await call()).toMatchObject({ headers: { 'retry-after': '3' } });
  });

  it('G160: is five seconds at most where the record, one of Powertools’, does not tell since when', async () => {
    const store = memoryStore();
    const claim: typeof store.claim = async (request) => {
      const outcome = await store.claim(request);
      if (outcome.claimed || !outcome.record) return outcome;
      const { claimedAtMs: _, ...record } = outcome.record;
      return { ...outcome, record };
    };
    const { clock, call } = await silent({ store: { ...store, claim } }, 60_000);
    for (const [elapsedMs, seconds] of [
      [0, '5'],
      [58_000, '3'],
    ] as const) {
      clock.advance(elapsedMs);
      expect(await call()).toMatchObject({ headers: { 'retry-after': seconds } });
    }
  });

  it('counts from the run that is running, not from one before it', async () => {
    const { clock, call } = await silent({}, 10_000);
    clock.advance(11_000);
    void call();
    await new Promise(setImmediate);
    clock.advance(2000);
    expect(await call()).toMatchObject({ headers: { 'retry-after': '2' } });
  });
});
