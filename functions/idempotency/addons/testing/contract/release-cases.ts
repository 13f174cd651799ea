import { type Cases, holds, refusal, same } from './case.ts';
import { again, claimed, completionOf, releaseOf, takeoverOf } from './requests.ts';

export const releaseCases: Cases = {
  'after a failure frees the operation for the next attempt at the same payload': async (store) => {
    const claim = await claimed(store);
    same(await store.release(releaseOf(claim)), 'written');
    holds(refusal(await store.claim(again(claim, 0, { fingerprint: 'other' }))), { status: 'RELEASED', attempt: 1 });
    same(await store.claim(again(claim)), { claimed: true, attempt: 2, previous: 'failed' });
  },

  'of a request that was not acted upon frees it for any payload': async (store) => {
    const claim = await claimed(store);
    same(await store.release(releaseOf(claim, 'refused')), 'written');
    const corrected = again(claim, 0, { fingerprint: 'other' });
    same(await store.claim(corrected), { claimed: true, attempt: 2 });
    holds(refusal(await store.claim(again(corrected))), { fingerprint: 'other' });
  },

  'of a request that was not acted upon keeps the payload of one that failed before': async (store) => {
    const claim = await claimed(store);
    await store.release(releaseOf(claim));
    const second = await claimed(store, again(claim));
    await store.release(releaseOf(second, 'refused', 'failed'));
    refusal(await store.claim(again(claim, 0, { fingerprint: 'other' })));
    same(await store.claim(again(claim)), { claimed: true, attempt: 3, previous: 'failed' });
  },

  'after a crash and a failure forgets neither the crash nor the payload': async (store) => {
    const claim = await claimed(store);
    const second = await claimed(store, again(claim, 5000));
    await store.release(releaseOf(second, 'failed', 'crashed'));
    refusal(await store.claim(again(second, 0, { fingerprint: 'other' })));
    same(await store.claim(again(second)), { claimed: true, attempt: 3, previous: 'crashed' });
  },

  'of a run of which nobody knows what came is as a crash': async (store) => {
    const claim = await claimed(store);
    same(await store.release(releaseOf(claim, 'unknown')), 'written');
    refusal(await store.claim(again(claim, 0, { takeOver: false })));
    same(await store.claim(again(claim)), takeoverOf(claim, 2));
  },

  'of a run of which nobody knows what came ends its lease for clocks that are behind, too': async (store) => {
    const claim = await claimed(store);
    await store.release(releaseOf(claim, 'unknown'));
    same(await store.claim(again(claim, -900)), takeoverOf(claim, 2));
  },

  'of a claim that may arrive once more keeps that out for good': async (store) => {
    for (const end of ['failed', 'refused', 'unknown'] as const) {
      const claim = await claimed(store);
      await store.release({ ...releaseOf(claim, end), stray: true });
      refusal(await store.claim(claim));
      const next = await claimed(store, again(claim));
      await store.release(releaseOf(next));
      refusal(await store.claim(claim));
      holds(refusal(await store.claim(again(claim, 0, { fingerprint: 'other' }))), { status: 'RELEASED', attempt: 2 });
    }
  },

  'by an owner who was taken over frees nothing': async (store) => {
    const claim = await claimed(store);
    const newer = await claimed(store, again(claim, 5000));
    same(await store.release(releaseOf(claim)), 'lost');
    holds(refusal(await store.claim(again(newer))), { owner: newer.owner, attempt: 2, previous: 'crashed' });
  },

  'never removes a completed record': async (store) => {
    const claim = await claimed(store);
    await store.complete(completionOf(claim));
    same(await store.release(releaseOf(claim)), 'lost');
    holds(refusal(await store.claim(again(claim))), { status: 'COMPLETED' });
  },

  'recognises its own earlier try': async (store) => {
    const claim = await claimed(store);
    await store.release(releaseOf(claim));
    same(await store.release(releaseOf(claim)), 'written');
    same(await store.claim(again(claim)), { claimed: true, attempt: 2, previous: 'failed' });
  },
};
