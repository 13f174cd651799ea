import fc from 'fast-check';
import { afterAll, it } from 'vitest';
import { same } from '../../functions/idempotency/addons/testing/contract/case.ts';
import type { IdempotencyStore } from '../../functions/idempotency/entries/main.ts';
import { redisStore } from '../../functions/idempotency/entries/redis.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { blockingClient } from '../support/blocking-redis.ts';
import { describeRedis, sharedPort } from '../support/redis.ts';

type Verb = 'claim' | 'complete' | 'release' | 'undo' | 'resolve' | 'consume' | 'issue';

/** Far from the server's clock, by which it deletes. */
const offsets = { 'an hour ahead': 3600, 'a day behind': -86_400 };

const writers = [
  { owner: 'a' },
  { owner: 'b' },
  { owner: 'execution', fence: 'try 1' },
  { owner: 'execution', fence: 'try 2' },
];

const step = fc.record({
  verb: fc.constantFrom<Verb>(
    'claim',
    'claim',
    'claim',
    'complete',
    'release',
    'release',
    'undo',
    'resolve',
    'consume',
    'issue',
  ),
  writer: fc.constantFrom(...writers),
  fingerprint: fc.constantFrom('mouse', 'keyboard'),
  afterSeconds: fc.constantFrom(0, 0, 0, 1, 20, 300),
  takeOver: fc.boolean(),
  expires: fc.boolean(),
  stray: fc.boolean(),
  end: fc.constantFrom('failed' as const, 'refused' as const, 'unknown' as const),
  previous: fc.constantFrom(undefined, 'failed' as const, 'crashed' as const),
  thrown: fc.boolean(),
  asHolder: fc.boolean(),
});

type Step = typeof step extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** What a step asks, at its time. */
const act = (
  store: IdempotencyStore,
  id: string,
  from: 'absent' | 'issued',
  nowSeconds: number,
  { verb, writer, fingerprint, stray, end, previous, thrown, ...more }: Step,
) => {
  const nowMs = nowSeconds * 1000;
  const expiresAtSeconds = nowSeconds + 200;
  const result = { encoding: 'json', data: '1', ...(thrown && { thrown }) } as const;
  switch (verb) {
    case 'claim':
      return store.claim({
        ...{ id, from, ...writer, fingerprint, nowMs, keyHash: 'hash', takeOver: more.takeOver },
        ...{ leaseExpiresAtMs: nowMs + 10_000, expiresAtSeconds: more.expires ? expiresAtSeconds : undefined },
      });
    case 'complete':
      return store.complete({ id, ...writer, result, expiresAtSeconds });
    case 'release':
      return store.release({ id, ...writer, from, end, previous, stray, expiresAtSeconds });
    case 'undo':
      return store.undo({ id, ...writer, from, nowMs, expiresAtSeconds });
    case 'resolve':
      return store.resolve({
        ...{ id, nowMs, expiresAtSeconds, result: thrown ? undefined : result },
        holder: more.asHolder ? writer : undefined,
      });
    case 'consume':
      return from === 'issued' ? store.consume({ id, owner: writer.owner, nowMs }) : undefined;
    case 'issue':
      return from === 'issued' ? store.issue({ id, keyHash: 'hash', nowMs, expiresAtSeconds }) : undefined;
  }
};

describeRedis('the store on Redis', () => {
  const { client, close } = blockingClient(sharedPort());
  afterAll(close);

  const clocks = Object.entries(offsets).map(
    ([clock, offset]) => [clock, Math.floor(Date.now() / 1000) + offset] as const,
  );

  it.each((['absent', 'issued'] as const).flatMap((from) => clocks.map((clock) => [from, ...clock] as const)))(
    'G283: answers, and leaves, what the rules in JavaScript do: from %s, by a clock %s',
    (from, _clock, startSeconds) =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
          const [memory, redis] = [memoryStore(), redisStore({ client })];
          const id = crypto.randomUUID();
          let nowSeconds = startSeconds;
          for (const each of steps) {
            nowSeconds += each.afterSeconds;
            const expected = await act(memory, id, from, nowSeconds, each);
            same(await act(redis, id, from, nowSeconds, each), expected);
            const read = { id, nowMs: nowSeconds * 1000, consistent: true };
            same(await redis.read(read), await memory.read(read));
          }
        }),
        { numRuns: 1000, seed: 20_260_101 },
      ),
  );
});
