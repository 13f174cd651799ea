/** Runs the numbers from 0 to `count`, `width` at a time. */
export const inPool = async (count: number, width: number, run: (index: number) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await run(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
};
