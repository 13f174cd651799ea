import type { EncodedResult } from '../../../record/result.ts';
import { type Cases, holds, refusal, same } from './case.ts';
import { again, claimed, claimOf, completionOf, result } from './requests.ts';

const results: readonly EncodedResult[] = [
  { encoding: 'undefined' },
  { encoding: 'json', data: 'null' },
  // As Node compresses.
  { encoding: 'zstd', data: Buffer.from([0, 255, 128]) },
  { encoding: 'overflow', data: 'pay#hash/owner' },
  { encoding: 'unavailable', reason: 'too large' },
  { encoding: 'json', data: '{}', redacted: true },
  { encoding: 'brotli', data: new Uint8Array([1]), sealed: true },
  { encoding: 'overflow', data: 'pay#hash/owner', sealed: true, redacted: true },
  { encoding: 'zstd', data: new Uint8Array([1]), sealed: true, thrown: true },
];

const nameOf = ({ encoding, sealed, redacted, thrown }: EncodedResult): string =>
  [encoding, sealed && 'sealed', redacted && 'redacted', thrown && 'thrown'].filter(Boolean).join(', ');

const keepsEachEncoding: Cases = Object.fromEntries(
  results.map((encoded) => [
    `keeps a result encoded as ${nameOf(encoded)}`,
    async (store) => {
      const claim = await claimed(store);
      await store.complete({ ...completionOf(claim), result: encoded });
      same(refusal(await store.claim(again(claim)))?.result, encoded);
    },
  ]),
);

export const completeCases: Cases = {
  'keeps the result for the next claim': async (store) => {
    const claim = await claimed(store);
    same(await store.complete(completionOf(claim)), 'written');
    same(await store.claim(again(claim, 10_000)), {
      claimed: false,
      record: {
        id: claim.id,
        status: 'COMPLETED',
        owner: claim.owner,
        attempt: 1,
        fingerprint: 'fingerprint',
        expiresAtSeconds: completionOf(claim).expiresAtSeconds,
        claimedAtMs: claim.nowMs,
        keyHash: 'keyHash',
        result,
      },
    });
  },

  ...keepsEachEncoding,

  'is lost on an owner who was taken over, while the new owner runs and after it finished': async (store) => {
    const claim = await claimed(store);
    const newer = await claimed(store, again(claim, 5000));
    const stale = { ...completionOf(claim), result: { encoding: 'json', data: '"stale"' } } as const;
    same(await store.complete(stale), 'lost');
    same(await store.complete(completionOf(newer)), 'written');
    same(await store.complete(stale), 'lost');
    holds(refusal(await store.claim(again(newer))), { owner: newer.owner, result });
  },

  'recognises its own earlier try': async (store) => {
    const claim = await claimed(store);
    await store.complete(completionOf(claim));
    same(await store.complete(completionOf(claim)), 'written');
  },

  'is lost when there is no record': async (store) => {
    same(await store.complete(completionOf(claimOf())), 'lost');
  },
};
