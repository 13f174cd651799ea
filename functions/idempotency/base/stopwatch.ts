/** Starts to measure, and tells the milliseconds since then: monotonic, whatever happens to the time of day. */
export const stopwatch = (): (() => number) => {
  const sinceMs = performance.now();
  return () => Math.round((performance.now() - sinceMs) * 1000) / 1000;
};
