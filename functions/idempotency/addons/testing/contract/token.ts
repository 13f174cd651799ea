import { type Cases, holds, refusal, same } from './case.ts';
import { again, claimOf, completionOf, issued, result, secondsAfterStart, startMs } from './requests.ts';

export const tokenCases: Cases = {
  'is consumed by exactly one of many at the same time': async (store) => {
    const { id } = await issued(store);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => store.consume({ id, owner: crypto.randomUUID(), nowMs: startMs })),
    );
    same(outcomes.filter(({ consumed }) => consumed).length, 1);
  },

  'that nobody issued is not consumed, and leaves no record': async (store) => {
    const { id, owner } = claimOf();
    const unknown = { consumed: false, record: undefined };
    same(await store.consume({ id, owner, nowMs: startMs }), unknown);
    same(await store.consume({ id, owner, nowMs: startMs }), unknown);
  },

  'is not consumed once it has expired, though the database still has it': async (store) => {
    const { id, owner } = await issued(store, 60);
    refusal(await store.consume({ id, owner, nowMs: startMs + 60_000 }));
    same(await store.consume({ id, owner, nowMs: startMs + 59_999 }), { consumed: true });
  },

  'recognises its own earlier try to consume it': async (store) => {
    const { id, owner } = await issued(store);
    await store.consume({ id, owner, nowMs: startMs });
    same(await store.consume({ id, owner, nowMs: startMs }), { consumed: true });
  },

  'can be issued again by a try whose answer was lost, without coming back once used': async (store) => {
    const { id, owner } = await issued(store);
    await store.consume({ id, owner, nowMs: startMs });
    await store.issue({ id, expiresAtSeconds: secondsAfterStart(60) });
    refusal(await store.consume({ id, owner: 'other', nowMs: startMs }));
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

  'is as good as new after a release, until it expires as it would have': async (store) => {
    const claim = await issued(store, 60);
    await store.claim(claim);
    same(await store.release({ ...claim, to: 'issued' }), 'written');
    same(await store.release({ ...claim, to: 'issued' }), 'written');
    holds(refusal(await store.claim(again(claim, 60_000))), { status: 'ISSUED' });
    same(await store.claim(again(claim, 59_999, { fingerprint: 'other' })), { claimed: true, attempt: 1 });
  },

  'whose operation crashed is taken over even after the token has expired, by the same payload': async (store) => {
    const claim = await issued(store, 3);
    await store.claim(claim);
    refusal(await store.claim(again(claim, 5000, { fingerprint: 'other' })));
    same(await store.claim(again(claim, 5000)), { claimed: true, attempt: 2 });
  },
};
