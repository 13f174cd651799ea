/** A clock that only the test moves. */
export const manualClock = (startMs = Date.UTC(2026, 0, 1)) => {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
};
