import fc from 'fast-check';
import type { IdempotencyStore } from '../../functions/idempotency/entries/main.ts';

// All that a new verb, or a new field of one, needs to be drawn: what it may hold.

/** An hour ahead, so that a database which deletes by its own clock finds nothing that has expired. */
const startMs = (Math.floor(Date.now() / 1000) + 3600) * 1000;
const seconds = (count: number): number => startMs / 1000 + count;

/** Around the ends of leases (3 and 6 s) and of records (4 and 8 s), in any order: clocks differ. */
const nowMs = fc.constantFrom(0, 1, 2999, 3000, 3999, 4000, 4999, 6000, 7999, 8000, 12_000).map((ms) => startMs + ms);
const leaseExpiresAtMs = fc.constantFrom(3000, 6000).map((ms) => startMs + ms);
const expiresAtSeconds = fc.constantFrom(4, 8, 8, 1000).map(seconds);

/** Two invocations, and two tries of a durable execution. */
const writer = fc.constantFrom(
  { owner: 'ann', fence: undefined },
  { owner: 'bob', fence: undefined },
  { owner: 'execution', fence: 'try 1' },
  { owner: 'execution', fence: 'try 2' },
);
const fingerprint = fc.constantFrom('one payload', 'another');
const previous = fc.constantFrom(undefined, undefined, 'failed' as const, 'crashed' as const);
const end = fc.constantFrom('failed' as const, 'refused' as const, 'unknown' as const);
const result = fc.constantFrom(
  { encoding: 'json' as const, data: '{"paid":true}' },
  { encoding: 'json' as const, data: '{"name":"Error"}', thrown: true as const },
  { encoding: 'undefined' as const },
  { encoding: 'zstd' as const, data: Uint8Array.of(1, 2) },
  { encoding: 'brotli' as const, data: Uint8Array.of(1, 2), sealed: true as const },
  { encoding: 'json' as const, data: '{"paid":true}', redacted: true as const },
  { encoding: 'unavailable' as const, reason: 'too large' as const },
);

/** An operation, whose claims start from nothing, or a token: nobody calls one by the other's id. */
const subject = fc.constantFrom({ id: 'operation', from: 'absent' as const }, { id: 'token', from: 'issued' as const });
const tokenId = fc.constant('token');

const requestId = fc.constantFrom(undefined, 'request');

/** A request to use a token up is repeated as it is: its time was read once. */
const consumers = [0, 3999, 4000, 8000].map((ms) => ({ owner: `consumer ${ms}`, nowMs: startMs + ms }));

const requests = {
  claim: fc
    .record({
      subject,
      writer,
      fingerprint,
      nowMs,
      leaseExpiresAtMs,
      expiresAtSeconds: fc.option(expiresAtSeconds, { nil: undefined, freq: 8 }),
      takeOver: fc.boolean(),
      requestId,
      keyHash: fc.constant('hash'),
    })
    .map(({ subject, writer, ...rest }) => ({ ...subject, ...writer, ...rest })),
  read: fc.record({ id: subject.map(({ id }) => id), nowMs, consistent: fc.constant(true) }),
  complete: fc
    .record({ id: subject.map(({ id }) => id), writer, result, expiresAtSeconds })
    .map(({ writer, ...rest }) => ({ ...writer, ...rest })),
  release: fc
    .record({ subject, writer, end, previous, nowMs, expiresAtSeconds, stray: fc.boolean() })
    .map(({ subject, writer, ...rest }) => ({ ...subject, ...writer, ...rest })),
  undo: fc
    .record({ subject, writer, nowMs, expiresAtSeconds })
    .map(({ subject, writer, ...rest }) => ({ ...subject, ...writer, ...rest })),
  resolve: fc.record({
    id: subject.map(({ id }) => id),
    nowMs,
    expiresAtSeconds,
    result: fc.option(result, { nil: undefined }),
    holder: fc.option(writer, { nil: undefined }),
  }),
  issue: fc.record({ id: tokenId, keyHash: fc.constant('hash'), nowMs, expiresAtSeconds }),
  consume: fc.record({ id: tokenId, by: fc.constantFrom(...consumers) }).map(({ id, by }) => ({ id, ...by })),
} satisfies { [Name in VerbName]: fc.Arbitrary<Parameters<IdempotencyStore[Name]>[0]> };

type VerbName = Exclude<keyof IdempotencyStore, 'bytesBesides' | 'overflow' | 'unsealable' | 'warmsUp'>;

export interface Verb {
  name: VerbName;
  request: { id: string };
}

const verb: fc.Arbitrary<Verb> = fc.oneof(
  ...Object.entries(requests).map(([name, request]) => ({
    weight: name === 'claim' ? 4 : 1,
    arbitrary: (request as fc.Arbitrary<{ id: string }>).map(
      (drawn) => ({ name: name as VerbName, request: drawn }) as Verb,
    ),
  })),
);

/** No token is issued again once somebody has tried to use it up: it is drawn anew. */
const isPossible = ({ name }: Verb, index: number, sequence: readonly Verb[]): boolean =>
  name !== 'issue' || !sequence.slice(0, index).some((before) => before.name === 'consume');

/** What may be asked of a store, one thing after the other. */
export const verbs = fc
  .array(verb, { minLength: 4, maxLength: 12, size: 'max' })
  .map((sequence) => sequence.filter(isPossible));

/** Calls the verb on records that only this sequence knows. */
export const call = (store: IdempotencyStore, { name, request }: Verb, prefix: string): Promise<unknown> =>
  store[name]({ ...request, id: `${prefix}${request.id}` } as never);

/** The record as it is, whether or not it has expired. */
export const peek = (store: IdempotencyStore, { request }: Verb, prefix: string): Promise<unknown> =>
  store.read({ id: `${prefix}${request.id}`, nowMs: startMs, consistent: true });
