import { type Cases, holds, refusal, same } from './case.ts';
import { again, claimed, claimOf, completionOf, releaseOf, takeoverOf, undoOf } from './requests.ts';

/** The next try of the same execution. */
const nextTry = (claim: ReturnType<typeof claimOf>, fence: string, afterMs = 0) =>
  again(claim, afterMs, { owner: claim.owner, fence });

export const durableCases: Cases = {
  'goes on under its claim in its next try, as the same attempt': async (store) => {
    const first = await claimed(store, claimOf({ fence: 'try 1' }));
    const { leaseExpiresAtMs } = first;
    same(await store.claim(nextTry(first, 'try 2')), { claimed: true, attempt: 1, leaseExpiresAtMs });
    holds(refusal(await store.claim(again(first))), { owner: first.owner, fence: 'try 2', claimedBy: 'try 1' });
  },

  'is completed and released by its last try only': async (store) => {
    const first = await claimed(store, claimOf({ fence: 'try 1' }));
    const second = nextTry(first, 'try 2');
    await store.claim(second);
    same(await store.release(releaseOf(first)), 'lost');
    same(await store.complete(completionOf(first)), 'lost');
    same(await store.complete(completionOf(second)), 'written');
  },

  'keeps the claim that an earlier try made, when a later one is taken back': async (store) => {
    const first = await claimed(store, claimOf({ fence: 'try 1' }));
    const second = nextTry(first, 'try 2');
    await store.claim(second);
    await store.undo(undoOf(second));
    holds(refusal(await store.claim(again(first))), { owner: first.owner, status: 'IN_PROGRESS' });
  },

  'keeps its claim when the try that made it is taken back late, while a later one goes on': async (store) => {
    const first = await claimed(store, claimOf({ fence: 'try 1' }));
    const second = nextTry(first, 'try 2');
    await store.claim(second);
    await store.undo(undoOf(first));
    holds(refusal(await store.claim(again(first))), { owner: first.owner, status: 'IN_PROGRESS', fence: 'try 2' });
    same(await store.complete(completionOf(second)), 'written');
    same(await store.complete(completionOf(second)), 'written');
    same(await store.complete(completionOf(first)), 'lost');
  },

  'whose lease has ended goes on only if anybody might': async (store) => {
    const silent = await claimed(store, claimOf({ fence: 'try 1', takeOver: false }));
    refusal(await store.claim(nextTry(silent, 'try 2', 5000)));
    const unsure = await claimed(store, claimOf({ fence: 'try 1', takeOver: false }));
    await store.release(releaseOf(unsure, 'unknown'));
    refusal(await store.claim(nextTry(unsure, 'try 2')));
    refusal(await store.claim(nextTry(unsure, 'try 2', -900)));
    same(await store.claim({ ...nextTry(unsure, 'try 3'), takeOver: true }), takeoverOf(unsure, 2));
  },

  'that was taken back resumes nothing when it arrives after all': async (store) => {
    const first = await claimed(store, claimOf({ fence: 'try 1' }));
    const second = nextTry(first, 'try 2');
    await store.undo(undoOf(second));
    refusal(await store.claim(second));
    same(await store.complete(completionOf(first)), 'written');
  },

  'may claim in its next try after the first was taken back': async (store) => {
    const first = await claimed(store, claimOf({ fence: 'try 1' }));
    await store.undo(undoOf(first));
    refusal(await store.claim(first));
    same(await store.claim(nextTry(first, 'try 2')), { claimed: true, attempt: 1 });
  },
};
