import {
  compareAndSwapStore,
  type IdempotencyRecord,
  type IdempotencyStore,
  type StoredRecord,
  type Writer,
} from '../../functions/idempotency/entries/main.ts';

import { mutant } from './mutants.ts';

type Verb = 'claim' | 'complete' | 'release' | 'undo' | 'resolve';

interface Changes {
  /** What the verb finds instead of what is there. */
  finds?: (record: StoredRecord, request: Writer) => StoredRecord;
  /** What it leaves there instead of what it should. */
  leaves?: (record: StoredRecord, found: StoredRecord | undefined) => StoredRecord;
}

/** A store of which one verb mistakes the record. A verb is one step, so that no other verb runs meanwhile. */
const mistaking =
  (verb: Verb, { finds = (record) => record, leaves = (record) => record }: Changes) =>
  (): IdempotencyStore => {
    const rows = new Map<string, StoredRecord>();
    let current: Writer | undefined;
    const store = compareAndSwapStore({
      get: async (id) => {
        const record = rows.get(id);
        return record && { record: current ? finds(record, current) : record, version: record };
      },
      swap: async (id, record, version) => {
        if (rows.get(id) !== version) return false;
        rows.set(id, current ? leaves(record, rows.get(id)) : record);
        return true;
      },
    });
    const mistaken = async (request: never) => {
      current = request;
      const outcome = await (store[verb] as (request: never) => Promise<never>)(request);
      current = undefined;
      return outcome;
    };
    return { ...store, [verb]: mistaken };
  };

const unmarked = ({ undone, ...record }: StoredRecord): StoredRecord => record;

export const releasesWithoutOwnerCondition = mistaking('release', {
  finds: (record, { owner }) => ({ ...record, status: 'IN_PROGRESS', owner }),
});

export const undoesWithoutMark = mistaking('undo', { leaves: unmarked });

export const releasesStraysWithoutMark = mistaking('release', { leaves: unmarked });

export const claimsWhatIsUndone = mistaking('claim', { finds: unmarked });

export const restartsAttempts = mistaking('release', {
  leaves: (record) => ({ ...record, attempt: 0, endedAttempts: 0 }),
});

export const forgetsEnds = mistaking('release', { leaves: ({ previous, ...record }) => record });

export const forgetsThePayload = mistaking('release', { leaves: ({ fingerprint, ...record }) => record });

const isCrashed = ({ status, owner }: StoredRecord): boolean => status === 'IN_PROGRESS' && owner === undefined;

const freeStatusOf = ({ tokenExpiresAtSeconds }: StoredRecord) =>
  tokenExpiresAtSeconds === undefined ? ('RELEASED' as const) : ('ISSUED' as const);

/** The takeover is undone, and with it what it took over. */
export const forgetsCrashesOnUndo = mistaking('undo', {
  leaves: (record) => (isCrashed(record) ? { ...record, status: freeStatusOf(record) } : record),
});

export const restartsAttemptsOnUndo = mistaking('undo', {
  leaves: (record) => (isCrashed(record) ? { ...record, attempt: 0 } : record),
});

/** What never began is left as if it had, and had gone silent. */
export const crashesOnUndo = mistaking('undo', {
  leaves: (record, found) => (found?.status === 'IN_PROGRESS' ? { ...found, leaseExpiresAtMs: 0 } : record),
});

export const forgetsCrashesOnResolve = mistaking('resolve', { leaves: ({ previous, ...record }) => record });

export const resolvesWhatRuns = mutant((store) => ({
  resolve: (request) => store.resolve({ ...request, nowMs: request.nowMs + 60_000 }),
}));

export const takesUnknownForFailed = mutant((store) => ({
  release: ({ end, ...request }) => store.release({ ...request, end: end === 'unknown' ? 'failed' : end }),
}));

export const takesFailedForRefused = mutant((store) => ({
  release: ({ end, ...request }) => store.release({ ...request, end: end === 'failed' ? 'refused' : end }),
}));

export const takesRefusedForFailed = mutant((store) => ({
  release: ({ end, ...request }) => store.release({ ...request, end: end === 'refused' ? 'failed' : end }),
}));

/** Whoever may not take over may forget. */
export const letsClaimsExpire = mutant((store) => ({
  claim: (request) => store.claim({ ...request, expiresAtSeconds: Math.ceil(request.leaseExpiresAtMs / 1000) }),
}));

export const completesWithoutFence = mutant((store) => ({
  complete: ({ fence, ...request }) => store.complete(request),
}));

export const releasesWithoutFence = mutant((store) => ({
  release: ({ fence, ...request }) => store.release(request),
}));

/** Takes back whatever its execution has claimed. */
export const undoesForEveryTry = mutant((store, look) => ({
  undo: async (request) => {
    const record = await look(request.id);
    const isOwn = record?.status === 'IN_PROGRESS' && record.owner === request.owner;
    if (!isOwn || record.fence === undefined) return store.undo(request);
    await reclaim(store, record, record.claimedBy);
    return store.undo({ ...request, fence: record.claimedBy });
  },
}));

/** Takes back what it has claimed, though a later try goes on under that claim. */
export const undoesWhatGoesOn = mutant((store, look) => ({
  undo: async (request) => {
    const record = await look(request.id);
    const isOwn = record?.status === 'IN_PROGRESS' && record.owner === request.owner;
    if (isOwn && record.claimedBy === request.fence) await reclaim(store, record, request.fence);
    return store.undo(request);
  },
}));

/** Makes a try the last one of its execution again. */
const reclaim = (
  store: IdempotencyStore,
  { id, owner = '', fingerprint = '', expiresAtSeconds, ...record }: IdempotencyRecord,
  fence: string | undefined,
) =>
  store.claim({
    ...{ id, owner, fence, fingerprint, keyHash: '', leaseExpiresAtMs: 0, expiresAtSeconds },
    ...{ nowMs: (record.leaseExpiresAtMs ?? 0) - 1, from: 'absent', takeOver: false },
  });

export const refusesLaterTries = mutant((store, look) => ({
  claim: async (request) => {
    const record = await look(request.id);
    const isOfEarlierTry = record?.status === 'IN_PROGRESS' && record.owner === request.owner;
    return isOfEarlierTry && record.fence !== request.fence ? { claimed: false, record } : store.claim(request);
  },
}));
