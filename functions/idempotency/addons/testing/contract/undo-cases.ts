import { type Cases, holds, refusal, same } from './case.ts';
import { again, claimed, claimOf, completionOf, issued, releaseOf, secondsAfterStart, undoOf } from './requests.ts';

export const undoCases: Cases = {
  'of a first claim leaves nothing that counts': async (store) => {
    const claim = await claimed(store);
    await store.undo(undoOf(claim));
    same(await store.claim(again(claim, 0, { fingerprint: 'other' })), { claimed: true, attempt: 1 });
  },

  'of a claim that has not arrived keeps it from having an effect when it does': async (store) => {
    const claim = claimOf();
    await store.undo(undoOf(claim));
    refusal(await store.claim(claim));
    same(await store.claim(again(claim)), { claimed: true, attempt: 1 });
  },

  'keeps a late claim out for good, also when others have run and failed since': async (store) => {
    const late = claimOf();
    await store.undo(undoOf(late));
    const other = await claimed(store, again(late));
    await store.release(releaseOf(other));
    refusal(await store.claim(late));
    same(await store.claim(again(late)), { claimed: true, attempt: 2, previous: 'failed' });
  },

  'while another one runs leaves that one alone, and keeps the late claim out': async (store) => {
    const other = await claimed(store);
    const late = again(other);
    await store.undo(undoOf(late));
    holds(refusal(await store.claim(again(other))), { owner: other.owner, attempt: 1 });
    await store.release(releaseOf(other));
    refusal(await store.claim(late));
  },

  'keeps a late claim out where a record has expired that the database still has': async (store) => {
    const expiresAtSeconds = secondsAfterStart(60);
    const completed = await claimed(store);
    await store.complete({ ...completionOf(completed), expiresAtSeconds });
    const released = await claimed(store);
    await store.release({ ...releaseOf(released), expiresAtSeconds });
    for (const claim of [completed, released]) {
      const late = again(claim, 60_000, { fingerprint: 'other' });
      await store.undo(undoOf(late));
      refusal(await store.claim(late));
      same(await store.claim(again(late)), { claimed: true, attempt: 1 });
    }
  },

  'of a takeover gives the crash back, with its attempt and its payload': async (store) => {
    const claim = await claimed(store);
    const takeover = await claimed(store, again(claim, 5000));
    await store.undo(undoOf(takeover));
    refusal(await store.claim(again(takeover, 0, { takeOver: false })));
    refusal(await store.claim(again(takeover, 0, { fingerprint: 'other' })));
    refusal(await store.claim(takeover));
    same(await store.claim(again(takeover)), { claimed: true, attempt: 2, previous: 'crashed' });
  },

  'of a retry gives the failure back, with its attempt and its payload': async (store) => {
    const claim = await claimed(store);
    await store.release(releaseOf(claim));
    const retry = await claimed(store, again(claim));
    await store.undo(undoOf(retry));
    refusal(await store.claim(again(retry, 0, { fingerprint: 'other' })));
    same(await store.claim(again(retry)), { claimed: true, attempt: 2, previous: 'failed' });
  },

  'never touches a completed record': async (store) => {
    const claim = await claimed(store);
    await store.complete(completionOf(claim));
    await store.undo(undoOf(claim));
    holds(refusal(await store.claim(again(claim))), { status: 'COMPLETED' });
  },

  'of a token that was claimed makes it as good as new': async (store) => {
    const claim = await issued(store);
    await store.claim(claim);
    await store.undo(undoOf(claim));
    refusal(await store.claim(claim));
    same(await store.claim(again(claim, 0, { fingerprint: 'other' })), { claimed: true, attempt: 1 });
  },

  'of an unknown token makes none': async (store) => {
    const claim = claimOf({ from: 'issued' });
    await store.undo(undoOf(claim));
    same(await store.claim(again(claim)), { claimed: false, record: undefined });
  },
};
