import { type Cases, holds, refusal, same } from './case.ts';
import {
  again,
  claimed,
  claimOf,
  completionOf,
  releaseOf,
  result,
  secondsAfterStart,
  startMs,
  takeoverOf,
} from './requests.ts';

export const claimCases: Cases = {
  'is won by exactly one of many at the same time': async (store) => {
    const claim = claimOf();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.claim(again(claim))));
    same(
      outcomes.filter((outcome) => outcome.claimed),
      [{ claimed: true, attempt: 1 }],
    );
  },

  'is refused by a record in progress, and brings that record': async (store) => {
    const claim = await claimed(store, claimOf({ requestId: 'request' }));
    same(await store.claim(again(claim, 4999)), {
      claimed: false,
      record: {
        id: claim.id,
        status: 'IN_PROGRESS',
        owner: claim.owner,
        attempt: 1,
        fingerprint: 'fingerprint',
        leaseExpiresAtMs: claim.leaseExpiresAtMs,
        expiresAtSeconds: claim.expiresAtSeconds,
        claimedAtMs: startMs,
        requestId: 'request',
        keyHash: 'keyHash',
      },
    });
  },

  'takes over an ended lease with the next attempt, and tells of the crash and whose lease it was': async (store) => {
    const first = await claimed(store);
    const second = again(first, 5000);
    same(await store.claim(second), takeoverOf(first, 2));
    same(await store.claim(again(second, 5000)), takeoverOf(second, 3));
  },

  'takes over no lease of another payload': async (store) => {
    const claim = await claimed(store);
    refusal(await store.claim(again(claim, 5000, { fingerprint: 'other' })));
  },

  'takes over no lease at all when it must not': async (store) => {
    const claim = await claimed(store);
    refusal(await store.claim(again(claim, 5000, { takeOver: false })));
  },

  'never expires when it must not, and can be completed': async (store) => {
    const claim = await claimed(store, claimOf({ expiresAtSeconds: undefined }));
    const later = again(claim, 366 * 86_400_000, { takeOver: false });
    holds(refusal(await store.claim(later)), { status: 'IN_PROGRESS', expiresAtSeconds: Number.POSITIVE_INFINITY });
    same(await store.complete(completionOf(claim)), 'written');
    holds(refusal(await store.claim(again(claim))), { expiresAtSeconds: completionOf(claim).expiresAtSeconds });
  },

  'recognises its own earlier try while its lease lasts': async (store) => {
    const claim = await claimed(store);
    const { owner, leaseExpiresAtMs } = claim;
    same(await store.claim(claim), { claimed: true, attempt: 1, leaseExpiresAtMs });
    same(await store.claim(again(claim, 4999, { owner })), { claimed: true, attempt: 1, leaseExpiresAtMs });
    same(await store.claim(again(claim, 5000, { owner })), takeoverOf(claim, 2));
  },

  'recognises its own earlier try to take over': async (store) => {
    const claim = await claimed(store);
    const second = await claimed(store, again(claim, 5000));
    const { leaseExpiresAtMs } = second;
    same(await store.claim(second), { claimed: true, attempt: 2, previous: 'crashed', leaseExpiresAtMs });
  },

  'is refused by a completed record until that expires, though the database still has it, and then starts over': async (
    store,
  ) => {
    const claim = await claimed(store);
    const takeover = again(claim, 5000);
    await store.claim(takeover);
    await store.complete({ ...completionOf(takeover), expiresAtSeconds: secondsAfterStart(60) });
    holds(refusal(await store.claim(again(claim, 59_999))), { status: 'COMPLETED', attempt: 2, result });
    const fresh = again(claim, 60_000, { fingerprint: 'other' });
    same(await store.claim(fresh), { claimed: true, attempt: 1 });
    holds(refusal(await store.claim(again(fresh))), { fingerprint: 'other', attempt: 1 });
  },

  'starts over once a crashed or released record has expired': async (store) => {
    const crashed = await claimed(store, claimOf({ expiresAtSeconds: secondsAfterStart(60) }));
    same(await store.claim(again(crashed, 60_000, { fingerprint: 'other' })), { claimed: true, attempt: 1 });
    const failed = await claimed(store);
    await store.release({ ...releaseOf(failed), expiresAtSeconds: secondsAfterStart(60) });
    same(await store.claim(again(failed, 60_000, { fingerprint: 'other' })), { claimed: true, attempt: 1 });
  },
};

export const readCases: Cases = {
  'brings the record as it is, until it expires': async (store) => {
    const claim = claimOf({ expiresAtSeconds: secondsAfterStart(60) });
    const read = (afterMs: number) => store.read({ id: claim.id, nowMs: startMs + afterMs, consistent: true });
    same(await read(0), undefined);
    await store.claim(claim);
    holds(await read(0), { status: 'IN_PROGRESS', owner: claim.owner, attempt: 1 });
    await store.complete({ ...completionOf(claim), expiresAtSeconds: secondsAfterStart(60) });
    holds(await read(59_999), { status: 'COMPLETED', fingerprint: 'fingerprint', result });
    same(await read(60_000), undefined);
    same(await store.read({ id: 'none', nowMs: startMs, consistent: false }), undefined);
  },
};
