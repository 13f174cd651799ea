import { setTimeout as sleep } from 'node:timers/promises';

/** How many capacity units per second all readers together may take. */
export interface RateLimit {
  /** Waits until what was taken so far has been earned. */
  ready(signal: AbortSignal): Promise<void>;
  /** What an answer says that it has cost. */
  spend(units: number): void;
}

export const rateLimit = (unitsPerSecond: number, now: () => number = performance.now.bind(performance)): RateLimit => {
  /** When the units that were spent will have been earned. */
  let earnedAtMs = now();
  return {
    ready: async (signal) => {
      for (let waitMs = earnedAtMs - now(); waitMs > 0; waitMs = earnedAtMs - now()) {
        await sleep(waitMs, undefined, { signal });
      }
    },
    spend: (units) => {
      earnedAtMs = Math.max(earnedAtMs, now()) + (units / unitsPerSecond) * 1000;
    },
  };
};
