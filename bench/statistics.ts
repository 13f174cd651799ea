/** What the calls of one subject took. */
export interface Samples {
  latencyMs: number[];
  cpuMicros: number[];
}

export const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
};

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Times the subjects in turn, so that whatever else the machine does hits all of them alike.
 *
 * One call at a time: the CPU time of the process is then that of the call. The engine is a process of its own.
 */
export const interleave = async <Name extends string>(
  subjects: Readonly<Record<Name, (round: number) => Promise<unknown>>>,
  { rounds, warmUp }: { rounds: number; warmUp: number },
): Promise<Record<Name, Samples>> => {
  const names = Object.keys(subjects) as Name[];
  const samples = Object.fromEntries(
    names.map((name) => [name, { latencyMs: [], cpuMicros: [] }]),
  ) as unknown as Record<Name, Samples>;
  for (let round = 0; round < rounds + warmUp; round += 1) {
    // Another order each round: who follows whom must not matter.
    for (const name of names.toSorted(() => Math.random() - 0.5)) {
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
