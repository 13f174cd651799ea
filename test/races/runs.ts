import type { Parameters } from 'fast-check';

const { RACES_RUNS, RACES_SEED, RACES_PATH, RACES_IN_CI = '400' } = process.env;

/** Fewer where each step is one of a real server. */
const runsInCI = Number(RACES_IN_CI);

/** One seed for every run in CI: a failure there is the same failure here. */
const seedInCI = 20_260_101;

const seedOfThisRun = RACES_SEED ? Number(RACES_SEED) : RACES_RUNS ? Math.floor(Math.random() * 2 ** 31) : seedInCI;

/**
 * How many schedules to try, and which.
 *
 * By hand: `RACES_RUNS=20000 npx vitest run test/races` tries other schedules each time. A failure prints its seed and path; pass
 * them as RACES_SEED and RACES_PATH, with `-t` and the title of the test, to run that one schedule again.
 */
export const races = <Drawn>(): Parameters<Drawn> => ({
  numRuns: RACES_RUNS ? Number(RACES_RUNS) : runsInCI,
  seed: seedOfThisRun,
  ...(RACES_PATH && { path: RACES_PATH }),
});

/** Always the schedules that CI tries: what a mutant must not survive. */
export const racesInCI = { numRuns: runsInCI, seed: seedInCI, endOnFailure: true };

export const raceTimeoutMs = RACES_RUNS ? 3_600_000 : 30_000;
