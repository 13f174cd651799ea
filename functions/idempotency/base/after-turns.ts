/** How long a turn of the event loop is waited for. */
const turnMs = 10;

/**
 * Acts when the process has waited so long, and has then read what came meanwhile. Returns how to stop it.
 *
 * Counts turns of the event loop, not time: one that comes late, because the process did not get to run (a small function has a
 * fraction of a processor, a frozen one none), counts as one. Nobody can answer what has not been sent, or hear what is not read.
 */
export const afterTurns = (ms: number, act: () => void): (() => void) => {
  let turnsLeft = Math.ceil(ms / turnMs);
  let afterReading: NodeJS.Immediate | undefined;
  const timer = setInterval(
    () => {
      turnsLeft -= 1;
      if (turnsLeft > 0) return;
      clearInterval(timer);
      afterReading = setImmediate(act);
    },
    Math.min(ms, turnMs),
  );
  return () => {
    clearInterval(timer);
    clearImmediate(afterReading);
  };
};
