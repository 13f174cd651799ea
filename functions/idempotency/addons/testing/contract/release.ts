import { type Cases, holds, refusal, same } from './case.ts';
import { again, claimed, completionOf } from './requests.ts';

export const releaseCases: Cases = {
  'frees the operation for a claim that counts from 1, whatever its payload': async (store) => {
    const claim = await claimed(store);
    same(await store.release({ ...claim, to: 'absent' }), 'written');
    same(await store.claim(again(claim, 0, { fingerprint: 'other' })), { claimed: true, attempt: 1 });
  },

  'by an owner who was taken over frees nothing': async (store) => {
    const claim = await claimed(store);
    const newer = await claimed(store, again(claim, 5000));
    same(await store.release({ ...claim, to: 'absent' }), 'lost');
    holds(refusal(await store.claim(again(newer))), { owner: newer.owner });
  },

  'never removes a completed record': async (store) => {
    const claim = await claimed(store);
    await store.complete(completionOf(claim));
    same(await store.release({ ...claim, to: 'absent' }), 'lost');
    holds(refusal(await store.claim(again(claim))), { status: 'COMPLETED' });
  },

  'recognises its own earlier try': async (store) => {
    const claim = await claimed(store);
    await store.release({ ...claim, to: 'absent' });
    same(await store.release({ ...claim, to: 'absent' }), 'written');
  },
};
