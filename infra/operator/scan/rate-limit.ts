import { setTimeout as sleep } from 'node:timers/promises';

/** How many capacity units per second all readers together may take. */
export interface RateLimit {
  /** Waits until what was taken so far has been earned, and sets the price of a page aside. Gives what to call with what it has cost. */
  ready(signal: AbortSignal): Promise<(units: number) => void>;
  /** Takes units without waiting for them: the next page waits. */
  take(units: number): void;
}

/** What a page costs until one has told: 1 MB, read with eventual consistency. */
const firstPageUnits = 128;

/** How often to look whether a page was cheaper than expected. */
const lookMs = 50;

export const rateLimit = (unitsPerSecond: number): RateLimit => {
  /** When all units that were taken will have been earned. */
  let earnedAtMs = 0;
  let pageUnits = firstPageUnits;
  const take = (units: number): void => {
    earnedAtMs = Math.max(earnedAtMs, performance.now()) + (units / unitsPerSecond) * 1000;
  };
  return {
    take,
    ready: async (signal) => {
      for (let waitMs = earnedAtMs - performance.now(); waitMs > 0; waitMs = earnedAtMs - performance.now()) {
        await sleep(Math.min(waitMs, lookMs), undefined, { signal });
      }
      const setAside = pageUnits;
      take(setAside);
      return (units) => {
        pageUnits = units;
        earnedAtMs += ((units - setAside) / unitsPerSecond) * 1000;
      };
    },
  };
};
