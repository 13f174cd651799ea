import { type Cases, holds, refusal, same } from './case.ts';
import { again, claimed, claimOf, completionOf, issued, result, secondsAfterStart, startMs } from './requests.ts';

const expiresAtSeconds = secondsAfterStart(86_400);

export const resolveCases: Cases = {
  'frees a crashed operation, which remembers the crash': async (store) => {
    const claim = await claimed(store, claimOf({ expiresAtSeconds: undefined }));
    same(await store.resolve({ id: claim.id, nowMs: startMs + 5000, expiresAtSeconds }), 'resolved');
    const next = again(claim, 5000, { takeOver: false });
    same(await store.claim(next), { claimed: true, attempt: 2, previous: 'crashed' });
  },

  'completes a crashed operation': async (store) => {
    const claim = await claimed(store);
    same(await store.resolve({ id: claim.id, nowMs: startMs + 5000, expiresAtSeconds, result }), 'resolved');
    holds(refusal(await store.claim(again(claim, 6000))), { status: 'COMPLETED', result });
    same(await store.complete(completionOf(claim)), 'lost');
  },

  'frees the token of a crashed operation': async (store) => {
    const claim = await issued(store);
    await store.claim(claim);
    same(await store.resolve({ id: claim.id, nowMs: startMs + 5000, expiresAtSeconds }), 'resolved');
    same(await store.claim(again(claim, 5000)), { claimed: true, attempt: 2, previous: 'crashed' });
  },

  'touches nothing whose lease has not ended, nor what is done, nor what is not there': async (store) => {
    const claim = await claimed(store);
    for (const answer of [{}, { result }]) {
      same(await store.resolve({ id: claim.id, nowMs: startMs + 4999, expiresAtSeconds, ...answer }), 'busy');
    }
    same(await store.complete(completionOf(claim)), 'written');
    same(await store.resolve({ id: claim.id, nowMs: startMs + 5000, expiresAtSeconds }), 'settled');
    same(await store.resolve({ id: claimOf().id, nowMs: startMs, expiresAtSeconds }), 'absent');
  },

  'settles the claim of a holder while its lease runs, and that of no other': async (store) => {
    for (const answer of [{}, { result }]) {
      const { id, owner } = await claimed(store);
      const request = { id, nowMs: startMs, expiresAtSeconds, ...answer };
      same(await store.resolve({ ...request, holder: { owner: 'another' } }), 'busy');
      same(await store.resolve({ ...request, holder: { owner } }), 'resolved');
      same(await store.complete(completionOf(claimOf({ id, owner }))), 'lost');
      same(await store.resolve({ ...request, result: undefined, holder: { owner } }), 'settled');
    }
  },

  'settles no claim that another has taken over from the holder': async (store) => {
    const claim = await claimed(store);
    await store.claim(again(claim, 5000));
    for (const answer of [{}, { result }]) {
      const request = { id: claim.id, nowMs: startMs + 5000, expiresAtSeconds, ...answer };
      same(await store.resolve({ ...request, holder: { owner: claim.owner } }), 'busy');
    }
  },

  'settles no claim of an execution that another try has resumed': async (store) => {
    const claim = await claimed(store, claimOf({ fence: 'first try' }));
    same(await store.claim({ ...claim, fence: 'second try' }), {
      claimed: true,
      attempt: 1,
      leaseExpiresAtMs: claim.leaseExpiresAtMs,
    });
    const request = { id: claim.id, nowMs: startMs, expiresAtSeconds };
    same(await store.resolve({ ...request, holder: { owner: claim.owner, fence: 'first try' } }), 'busy');
    same(await store.resolve({ ...request, holder: { owner: claim.owner, fence: 'second try' } }), 'resolved');
  },

  'takes what has expired for not there': async (store) => {
    const { id } = await claimed(store, claimOf({ expiresAtSeconds: secondsAfterStart(60) }));
    for (const answer of [{}, { result }]) {
      same(await store.resolve({ id, nowMs: startMs + 60_000, expiresAtSeconds, ...answer }), 'absent');
    }
  },
};
