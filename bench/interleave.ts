import { mapValues, shuffled } from './statistics.ts';

/** What the calls of one subject took. */
export interface Samples {
  latencyMs: number[];
  cpuMicros: number[];
}

export interface Rounds {
  rounds: number;
  warmUp: number;
}

/**
 * Times the subjects in turn, so that whatever else the machine does hits all of them alike.
 *
 * One call at a time: the CPU time of the process is then that of the call. The engine is a process of its own.
 */
export const interleave = async <Name extends string>(
  subjects: Readonly<Record<Name, (round: number) => Promise<unknown>>>,
  { rounds, warmUp }: Rounds,
): Promise<Record<Name, Samples>> => {
  const names = Object.keys(subjects) as Name[];
  const samples = mapValues(subjects, (): Samples => ({ latencyMs: [], cpuMicros: [] }));
  // What the part before has left behind is not for these subjects to clear away.
  globalThis.gc?.();
  for (let round = 0; round < rounds + warmUp; round += 1) {
    // Another order each round: who follows whom must not matter.
    for (const name of shuffled(names)) {
      const cpu = process.cpuUsage();
      const startMs = performance.now();
      await subjects[name](round);
      const latencyMs = performance.now() - startMs;
      const { user, system } = process.cpuUsage(cpu);
      if (round < warmUp) continue;
      samples[name].latencyMs.push(latencyMs);
      samples[name].cpuMicros.push(user + system);
    }
  }
  return samples;
};
