import type { ClaimRequest, IdempotencyRecord, IdempotencyStore } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { deletingStore } from './deleting-store.ts';

type Look = (id: string) => Promise<IdempotencyRecord | undefined>;

/** A store whose verbs are right but for those that are replaced. A look at the record and what follows are one step. */
export const mutant =
  (replace: (store: IdempotencyStore, look: Look) => Partial<IdempotencyStore>) => (): IdempotencyStore => {
    const store = memoryStore();
    const look: Look = (id) => store.read({ id, nowMs: 0, consistent: true });
    return { ...store, ...replace(store, look) };
  };

/** Takes the record from whoever has it, as if it had expired. */
const seize = (store: IdempotencyStore, { id, expiresAtSeconds }: IdempotencyRecord, owner: string) => {
  const claim = { id, owner, fingerprint: 'seized', keyHash: 'seized', leaseExpiresAtMs: 0, expiresAtSeconds };
  return store.claim({ ...claim, nowMs: expiresAtSeconds * 1000, from: 'absent', takeOver: false });
};

const isHeldByAnother = (record: IdempotencyRecord | undefined, { owner }: ClaimRequest): record is IdempotencyRecord =>
  record?.status === 'IN_PROGRESS' && record.owner !== owner;

export const completesWithoutOwnerCondition = mutant((store, look) => ({
  complete: async (request) => {
    const record = await look(request.id);
    if (record && record.owner !== request.owner) await seize(store, record, request.owner);
    return store.complete(request);
  },
}));

export const forgetsItsOwnClaim = mutant((store, look) => ({
  claim: async (request) => {
    const record = await look(request.id);
    return record?.owner === request.owner ? { claimed: false, record } : store.claim(request);
  },
}));

export const forgetsItsOwnCompletion = mutant((store, look) => ({
  complete: async (request) => {
    const record = await look(request.id);
    return record?.status === 'COMPLETED' ? 'lost' : store.complete(request);
  },
}));

/** A token is deleted, and whose request that was doesn't matter. */
export const forgetsItsOwnConsumption = () => deletingStore({ recognisesRequests: false });

export const takesOverLiveLeases = mutant((store, look) => ({
  claim: async (request) => {
    const record = await look(request.id);
    if (!isHeldByAnother(record, request)) return store.claim(request);
    return store.claim({ ...request, nowMs: Math.max(request.nowMs, record.leaseExpiresAtMs ?? 0) });
  },
}));

/** What a middleware does that cleans up after every error, its own refusals included. */
export const releasesAfterARefusal = mutant((store) => ({
  claim: async (request) => {
    const outcome = await store.claim(request);
    const { owner, fence } = (!outcome.claimed && outcome.record) || {};
    if (owner === undefined) return outcome;
    const { id, from, nowMs } = request;
    const release = { id, owner, fence, from, end: 'refused', previous: undefined, nowMs } as const;
    await store.release({ ...release, expiresAtSeconds: nowMs });
    return outcome;
  },
}));

/** Neither a live nor an expired lease is ever taken over. */
export const holdsExpiredLeases = mutant((store) => ({
  claim: (request) => store.claim({ ...request, takeOver: false }),
}));

/** A lease ends when the claim is a second old, whatever its invocation still does. */
export const endsLeasesEarly = mutant((store) => ({
  claim: (request) => store.claim({ ...request, leaseExpiresAtMs: request.nowMs + 1000 }),
}));

/** Anyone may use a token that somebody else has used, as long as it has not expired. */
export const consumesTwice = mutant((store) => ({
  consume: async (request) => {
    await store.consume(request);
    return 'consumed';
  },
}));

/** A completed record counts as absent. */
export const forgetsCompletions = mutant((store, look) => ({
  claim: async (request) => {
    const record = await look(request.id);
    const nowMs = record?.status === 'COMPLETED' ? record.expiresAtSeconds * 1000 : request.nowMs;
    return store.claim({ ...request, nowMs });
  },
}));

/** Answers whatever payload comes with the key. */
export const ignoresThePayload = mutant((store) => ({
  claim: async (request) => {
    const outcome = await store.claim(request);
    if (outcome.claimed || !outcome.record) return outcome;
    return { claimed: false, record: { ...outcome.record, fingerprint: request.fingerprint } };
  },
}));
