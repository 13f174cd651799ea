import { type KeyStore, mapKeys, type StoredKey } from '../../../functions/idempotency/entries/client.ts';
import type { ScenarioOptions } from './scenario.ts';
import { sleep } from './virtual-time.ts';

type Mutant = Omit<ScenarioOptions, 'protection'>;

/** A store that keeps something else than it is told. */
const keeping = (alter: (changed: StoredKey | undefined) => StoredKey | undefined): Mutant => ({
  createKeys: () => {
    const keys = mapKeys(new Map());
    return {
      update: (intention, change) =>
        keys.update(intention, (found) => {
          const changed = change(found);
          return changed === found ? found : alter(changed);
        }),
    };
  },
});

export const makesAKeyForEveryTry: Mutant = {
  alterRequest(request) {
    const headers = new Headers(request.headers);
    headers.set('idempotency-key', crypto.randomUUID());
    return new Request(request, { headers });
  },
};

/** Goes on as soon as it has asked for the key to be stored. */
export const sendsBeforeItStores: Mutant = {
  createKeys: () => {
    const keys = mapKeys(new Map());
    return {
      async update(intention, change) {
        let changed: StoredKey | undefined;
        const found = await keys.update(intention, (same) => same);
        changed = change(found);
        if (changed !== found) void sleep(2000).then(() => keys.update(intention, () => changed));
        return changed;
      },
    };
  },
};

/** Two tabs may read before either has written. */
export const storesInTwoSteps: Mutant = {
  createKeys: (): KeyStore => {
    const stored = new Map<string, StoredKey | undefined>();
    return {
      async update(intention, change) {
        const changed = change(stored.get(intention));
        await sleep(10);
        stored.set(intention, changed);
        return changed;
      },
    };
  },
};

export const forgetsWhatIsDone: Mutant = keeping((changed) => (changed?.done ? undefined : changed));

/** Takes an answer that nothing was done for the end of the key. */
export const forgetsWhatIsCorrectable: Mutant = keeping((changed) => (changed?.print ? changed : undefined));

/** Takes an answer that nothing was done for that of every try. */
export const forgetsDoubt: Mutant = keeping((changed) => changed && { ...changed, doubt: false });

/** Sends again however long ago the key was made. */
export const ignoresTheWindow: Mutant = { client: { windowMs: 365 * 86_400_000 } };

/** Believes whoever answers that nothing was done. */
export const believesEverybody: Mutant = {
  alterAnswer: (response) => {
    const headers = { ...Object.fromEntries(response.headers), 'idempotency-key-max-age': '3600' };
    return new Response(response.body, { status: response.status, headers });
  },
};

export const givesUpBeforeTheLeaseEnds: Mutant = { client: { giveUpAfterMs: 5900 } };

/** As a client that takes every status below 500 for the end. */
export const triesNothingAgainThatWasAnswered: Mutant = {
  alterAnswer: (response) =>
    response.status === 409 || response.status === 429 ? new Response(response.body, { status: 410 }) : response,
};
