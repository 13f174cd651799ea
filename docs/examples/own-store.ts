import type {
  ClaimOutcome,
  ClaimRequest,
  ConsumeOutcome,
  IdempotencyRecord,
  IdempotencyStore,
} from 'middy-idempotency';

type Entry = IdempotencyRecord & { tokenExpiresAtSeconds?: number };

/** What a database must be able to do: replace an entry if nobody else has replaced it since it was read. */
export interface Database {
  get(id: string): Promise<{ entry: Entry; version: number } | undefined>;
  /** `version`: the one that was read, `undefined` for none. An entry of `undefined` deletes. Says whether it was done. */
  swap(id: string, entry: Entry | undefined, version: number | undefined): Promise<boolean>;
}

const isOver = (seconds: number | undefined, nowMs: number) => (seconds ?? 0) * 1000 <= nowMs;

const isUsable = (entry: Entry, nowMs: number) =>
  entry.status === 'ISSUED' && !isOver(entry.tokenExpiresAtSeconds, nowMs);

const mayClaim = (entry: Entry | undefined, { from, fingerprint, takeOver, nowMs }: ClaimRequest): boolean => {
  if (!entry) return from === 'absent';
  if (from === 'issued' && isUsable(entry, nowMs)) return true;
  const crashed = entry.status === 'IN_PROGRESS' && (entry.leaseExpiresAtMs ?? 0) <= nowMs;
  return crashed && takeOver && entry.fingerprint === fingerprint;
};

const visible = (entry: Entry | undefined): IdempotencyRecord | undefined => {
  if (!entry) return undefined;
  const { tokenExpiresAtSeconds: _, ...record } = entry;
  return record;
};

export const ownStore = (database: Database): IdempotencyStore => {
  /** Decides by what is there, and decides anew when somebody else was faster. */
  const change = async <Answer>(
    id: string,
    decide: (entry: Entry | undefined) => { answer: Answer; put?: Entry | undefined },
  ): Promise<Answer> => {
    for (;;) {
      const found = await database.get(id);
      const decision = decide(found?.entry);
      if (!('put' in decision) || (await database.swap(id, decision.put, found?.version))) return decision.answer;
    }
  };

  return {
    claim: (request) =>
      change<ClaimOutcome>(request.id, (entry) => {
        const { id, owner, fingerprint, leaseExpiresAtMs, expiresAtSeconds, nowMs } = request;
        const current = entry && !isOver(entry.expiresAtSeconds, nowMs) ? entry : undefined;
        const running = current?.status === 'IN_PROGRESS' ? (current.attempt ?? 0) : 0;
        const lease = current?.leaseExpiresAtMs ?? 0;
        if (running && current?.owner === owner && lease > nowMs) {
          return { answer: { claimed: true, attempt: running, leaseExpiresAtMs: lease } }; // our own retry
        }
        if (!mayClaim(current, request)) return { answer: { claimed: false, record: visible(entry) } };
        const token = entry?.tokenExpiresAtSeconds;
        const claimed = { id, owner, fingerprint, leaseExpiresAtMs, expiresAtSeconds, attempt: running + 1 };
        return {
          answer: { claimed: true, attempt: running + 1 },
          put: { ...claimed, status: 'IN_PROGRESS', ...(token !== undefined && { tokenExpiresAtSeconds: token }) },
        };
      }),
    read: async ({ id, nowMs }) => {
      const found = await database.get(id);
      return found && !isOver(found.entry.expiresAtSeconds, nowMs) ? visible(found.entry) : undefined;
    },
    complete: ({ id, owner, result, expiresAtSeconds }) =>
      change(id, (entry) => {
        if (entry?.owner !== owner) return { answer: 'lost' };
        if (entry.status !== 'IN_PROGRESS') return { answer: 'written' }; // our own retry
        const { leaseExpiresAtMs: _, ...kept } = entry;
        return { answer: 'written', put: { ...kept, status: 'COMPLETED', result, expiresAtSeconds } };
      }),
    release: ({ id, owner, to }) =>
      change(id, (entry) => {
        if (!entry || entry.status === 'ISSUED') return { answer: entry || to === 'absent' ? 'written' : 'lost' };
        if (entry.owner !== owner || entry.status !== 'IN_PROGRESS') return { answer: 'lost' };
        const seconds = entry.tokenExpiresAtSeconds;
        if (to === 'absent' || seconds === undefined) return { answer: 'written', put: undefined };
        return {
          answer: 'written',
          put: { id, status: 'ISSUED', expiresAtSeconds: seconds, tokenExpiresAtSeconds: seconds },
        };
      }),
    issue: ({ id, expiresAtSeconds }) =>
      change(id, (entry) => {
        const put: Entry = { id, status: 'ISSUED', expiresAtSeconds, tokenExpiresAtSeconds: expiresAtSeconds };
        return entry ? { answer: undefined } : { answer: undefined, put };
      }),
    consume: ({ id, owner, nowMs }) =>
      change<ConsumeOutcome>(id, (entry) => {
        if (entry?.status === 'CONSUMED' && entry.owner === owner) return { answer: { consumed: true } }; // our own retry
        if (!entry || !isUsable(entry, nowMs)) return { answer: { consumed: false, record: visible(entry) } };
        return { answer: { consumed: true }, put: { ...entry, status: 'CONSUMED', owner } };
      }),
  };
};
