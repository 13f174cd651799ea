export type Semaphore = { acquire(): Promise<void>; release(): void };

/** Lets `limit` holders in at a time; the others wait in the order they came. */
export function createSemaphore(limit: number): Semaphore {
  const waiting: (() => void)[] = [];
  let held = 0;
  return {
    async acquire() {
      if (held < limit) held += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    release() {
      const next = waiting.shift();
      if (next) next();
      else held -= 1;
    },
  };
}
