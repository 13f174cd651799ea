import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { vi } from 'vitest';
import { seededRandom } from '../../support/random.ts';

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const never = new Promise<never>(() => undefined);

/** Runs what `act` begins on a clock that jumps from one timer to the next, until that has ended. */
export const inVirtualTime = async <Result>(seed: number, act: () => Promise<Result>): Promise<Result> => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.UTC(2026, 0, 1) });
  vi.spyOn(Math, 'random').mockImplementation(seededRandom(seed));
  // The real one takes real time.
  vi.spyOn(crypto.subtle, 'digest').mockImplementation(
    async (_, data) =>
      Uint8Array.from(
        createHash('sha256')
          .update(new Uint8Array(data as ArrayBuffer))
          .digest(),
      ).buffer,
  );
  try {
    let isOver = false;
    const acting = act().finally(() => {
      isOver = true;
    });
    acting.catch(() => undefined);
    while (!isOver) {
      // Bodies are read in a few turns of the event loop, while no time passes.
      for (let turns = 0; turns < 3; turns += 1) await setImmediate();
      if (!isOver) vi.advanceTimersToNextTimer();
    }
    return await acting;
  } finally {
    vi.restoreAllMocks();
    vi.useRealTimers();
  }
};
