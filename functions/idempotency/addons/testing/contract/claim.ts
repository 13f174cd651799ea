import { type Cases, holds, refusal, same } from './case.ts';
import { again, claimed, claimOf, completionOf, result, secondsAfterStart, startMs } from './requests.ts';

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
    const claim = await claimed(store);
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
      },
    });
  },

  'takes over an expired lease with the next attempt': async (store) => {
    const second = again(await claimed(store), 5000);
    same(await store.claim(second), { claimed: true, attempt: 2 });
    same(await store.claim(again(second, 5000)), { claimed: true, attempt: 3 });
  },

  'takes over no lease of another payload': async (store) => {
    const claim = await claimed(store);
    refusal(await store.claim(again(claim, 5000, { fingerprint: 'other' })));
  },

  'takes over no lease at all when it must not': async (store) => {
    const claim = await claimed(store);
    refusal(await store.claim(again(claim, 5000, { takeOver: false })));
  },

  'recognises its own earlier try while its lease lasts': async (store) => {
    const claim = await claimed(store);
    const { owner, leaseExpiresAtMs } = claim;
    same(await store.claim(claim), { claimed: true, attempt: 1, leaseExpiresAtMs });
    same(await store.claim(again(claim, 4999, { owner })), { claimed: true, attempt: 1, leaseExpiresAtMs });
    same(await store.claim(again(claim, 5000, { owner })), { claimed: true, attempt: 2 });
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
};

export const readCases: Cases = {
  'brings the record as it is, until it expires': async (store) => {
    const claim = claimOf({ expiresAtSeconds: secondsAfterStart(60) });
    const read = (afterMs: number) => store.read({ id: claim.id, nowMs: startMs + afterMs, consistent: true });
    same(await read(0), undefined);
    await store.claim(claim);
    holds(await read(0), { status: 'IN_PROGRESS', owner: claim.owner, attempt: 1 });
    await store.complete(completionOf(claim));
    holds(await read(59_999), { status: 'COMPLETED', fingerprint: 'fingerprint', result });
    same(await read(60_000), undefined);
    same(await store.read({ id: 'none', nowMs: startMs, consistent: false }), undefined);
  },
};
