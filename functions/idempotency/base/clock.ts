/**
 * The time by a clock of the user's. With any other value a claim would hold nothing, or hold for ever.
 *
 * @throws {TypeError} when that is no number
 */
export const readClock = (now: () => number): number => {
  const nowMs: unknown = now();
  if (Number.isFinite(nowMs)) return nowMs as number;
  throw new TypeError('The option `now` must return epoch milliseconds, as a number.');
};
