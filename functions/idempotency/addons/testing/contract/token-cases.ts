import { type Cases, holds, refusal, same } from './case.ts';
import {
  again,
  claimOf,
  completionOf,
  issued,
  releaseOf,
  result,
  secondsAfterStart,
  startMs,
  takeoverOf,
} from './requests.ts';

export const tokenCases: Cases = {
  'is consumed by exactly one of many at the same time': async (store) => {
    const { id } = await issued(store);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => store.consume({ id, owner: crypto.randomUUID(), nowMs: startMs })),
    );
    same(outcomes.filter((outcome) => outcome === 'consumed').length, 1);
  },

  'that nobody issued is not consumed, and leaves no record': async (store) => {
    const { id, owner } = claimOf();
    same(await store.consume({ id, owner, nowMs: startMs }), 'refused');
    same(await store.read({ id, nowMs: startMs, consistent: true }), undefined);
  },

  'is not consumed once it has expired, though the database still has it': async (store) => {
    const { id, owner } = await issued(store, 60);
    same(await store.consume({ id, owner: 'late', nowMs: startMs + 60_000 }), 'refused');
    same(await store.consume({ id, owner, nowMs: startMs + 59_999 }), 'consumed');
  },

  'recognises its own earlier try to consume it': async (store) => {
    const { id, owner } = await issued(store);
    await store.consume({ id, owner, nowMs: startMs });
    same(await store.consume({ id, owner, nowMs: startMs }), 'consumed');
    same(await store.consume({ id, owner: 'other', nowMs: startMs }), 'refused');
  },

  'is found by the hash of its key before anybody has used it': async (store) => {
    const { id, keyHash } = await issued(store);
    holds(await store.read({ id, nowMs: startMs, consistent: true }), { keyHash });
  },

  'is gone once it is consumed': async (store) => {
    const { id, owner } = await issued(store);
    await store.consume({ id, owner, nowMs: startMs });
    same(await store.read({ id, nowMs: startMs, consistent: true }), undefined);
  },

  'that is there already is not issued: it may have been drawn by a try whose answer was lost': async (store) => {
    const { id, keyHash } = await issued(store);
    same(await store.issue({ id, keyHash, nowMs: startMs, expiresAtSeconds: secondsAfterStart(60) }), 'doubtful');
  },

  'that is claimed can no longer be consumed': async (store) => {
    const claim = await issued(store);
    await store.claim(claim);
    same(await store.consume({ id: claim.id, owner: 'other', nowMs: startMs }), 'refused');
  },

  'is claimed once, completed, and then refuses with its result': async (store) => {
    const claim = await issued(store);
    same(await store.claim(claim), { claimed: true, attempt: 1 });
    holds(refusal(await store.claim(again(claim))), { status: 'IN_PROGRESS' });
    same(await store.complete(completionOf(claim)), 'written');
    holds(refusal(await store.claim(again(claim, 100_000))), { status: 'COMPLETED', result });
  },

  'that nobody issued is not claimed': async (store) => {
    same(await store.claim(claimOf({ from: 'issued' })), { claimed: false, record: undefined });
  },

  'is not claimed once it has expired': async (store) => {
    const claim = await issued(store, 60);
    holds(refusal(await store.claim(again(claim, 60_000))), { status: 'ISSUED' });
  },

  'may be used again after a failure, for the same payload, until it expires as it would have': async (store) => {
    const claim = await issued(store, 60);
    await store.claim(claim);
    same(await store.release(releaseOf(claim)), 'written');
    same(await store.release(releaseOf(claim)), 'written');
    holds(refusal(await store.claim(again(claim, 60_000))), { status: 'ISSUED' });
    holds(refusal(await store.claim(again(claim, 0, { fingerprint: 'other' }))), { status: 'ISSUED' });
    same(await store.claim(again(claim, 59_999)), { claimed: true, attempt: 2, previous: 'failed' });
  },

  'whose operation crashed is taken over even after the token has expired, by the same payload': async (store) => {
    const claim = await issued(store, 3);
    await store.claim(claim);
    refusal(await store.claim(again(claim, 5000, { fingerprint: 'other' })));
    same(await store.claim(again(claim, 5000)), takeoverOf(claim, 2));
  },
};
