import type { ClaimRequest, IdempotencyRecord, IdempotencyStore } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';

type Look = (id: string) => Promise<IdempotencyRecord | undefined>;

/** A store whose verbs are right but for those that are replaced. A look at the record and what follows are one step. */
const mutant =
  (replace: (store: IdempotencyStore, look: Look) => Partial<IdempotencyStore>) => (): IdempotencyStore => {
    const store = memoryStore();
    const look: Look = (id) => store.read({ id, nowMs: 0, consistent: true });
    return { ...store, ...replace(store, look) };
  };

/** Takes the record from whoever has it, as if it had expired. */
const seize = (store: IdempotencyStore, { id, expiresAtSeconds }: IdempotencyRecord, owner: string) => {
  const claim = { id, owner, fingerprint: 'seized', leaseExpiresAtMs: 0, expiresAtSeconds };
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

export const releasesWithoutOwnerCondition = mutant((store, look) => ({
  release: async (request) => {
    const record = await look(request.id);
    if (record && record.owner !== request.owner) await seize(store, record, request.owner);
    return store.release(request);
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

export const forgetsItsOwnConsumption = mutant((store, look) => ({
  consume: async (request) => {
    const record = await look(request.id);
    return record?.status === 'CONSUMED' ? { consumed: false, record } : store.consume(request);
  },
}));

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
    const owner = outcome.claimed ? undefined : outcome.record?.owner;
    if (owner) await store.release({ id: request.id, owner, to: request.from });
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
    return { consumed: true };
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
